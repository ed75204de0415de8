#include "emulation/silicon/facts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace atome::silicon {
namespace {

using timing::DataAccess;
using timing::DataMemory;

enum Column : size_t {
  kCore,
  kChip,
  kCodeMemory,
  kStart,
  kSequence,
  kOperands,
  kCycles,
  kCategory,
  // These may be missing.
  kLoadStore,
  kMoreCycles,
  kFolded,
  kCode,
  kColumns,
};
constexpr std::array<std::string_view, kColumns> kNames = {
    "core",   "chip",     "code_memory", "start_mod_8", "sequence", "operands",
    "cycles", "category", "lsucnt",      "cpicnt",      "foldcnt",  "code"};

// Where sequences begin, but for start_mod_8.
constexpr uint32_t kCodeBusStart = 0x08001000;
constexpr uint32_t kSystemBusStart = 0x20001000;

constexpr size_t kLongestSequence = 4096;  // instructions

// The fields of the CSV record at `at`, which it moves behind the record; RFC 4180.
std::vector<std::string> TakeRecord(std::string_view csv, size_t& at, size_t& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (; at < csv.size(); ++at) {
    const char c = csv[at];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (at + 1 < csv.size() && csv[at + 1] == '"') {
        fields.back() += csv[++at];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      ++at;
      break;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

template <typename T>
bool ParseNumber(std::string_view text, T& value, int base = 10) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && end == text.data() + text.size();
}

std::vector<std::string_view> Split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(separator, at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + separator.size();
  }
  return parts;
}

// `<S>`, `<C+1>`.
bool ParsePlace(std::string_view mark, bool code_on_system_bus, DataAccess& access) {
  if (mark.size() < 3 || !mark.ends_with('>')) return false;
  const char memory = mark[1];
  mark = mark.substr(2, mark.size() - 3);
  int offset = 0;
  if (!mark.empty() && (mark[0] != '+' || !ParseNumber(mark, offset))) return false;
  access.misaligned = static_cast<uint8_t>(offset & 3);
  if (memory == 'C')
    access.memory = code_on_system_bus ? DataMemory::kCodeBus : DataMemory::kCodeMemory;
  else if (memory == 'S')
    access.memory = code_on_system_bus ? DataMemory::kCodeMemory : DataMemory::kSystemBus;
  else
    return false;
  return true;
}

// One instruction of the notation; what is wrong with it, or nothing.
std::string ParseStep(std::string_view text, bool code_on_system_bus, Step& step) {
  if (text.starts_with('(') && text.ends_with(')')) {
    step.skipped = true;
    text = text.substr(1, text.size() - 2);
  }
  for (;;) {
    const size_t space = text.rfind(' ');
    if (space == std::string_view::npos) break;
    const std::string_view mark = text.substr(space + 1);
    if (mark == ">no") {
      step.flow = Step::Flow::kNotTaken;
    } else if (mark.starts_with('>')) {
      step.flow = Step::Flow::kTaken;
      if (!ParseNumber(mark.substr(1), step.distance)) return "\"" + std::string(mark) + "\" is no distance";
    } else if (mark.starts_with('<')) {
      if (!ParsePlace(mark, code_on_system_bus, step.access))
        return "\"" + std::string(mark) + "\" is no place of data: <S>, <C>, <S+1>, ...";
    } else {
      break;
    }
    text = text.substr(0, space);
  }
  const std::string_view mnemonic = text.substr(0, text.find(' '));
  if (mnemonic.ends_with(".W"))
    step.bytes = 4;
  else if (!mnemonic.ends_with(".N"))
    return "\"" + std::string(text) + "\" tells no size: .N for 16 bits or .W for 32";
  step.text = text;
  return {};
}

std::string ParseSequence(Fact& fact, uint32_t start) {
  const bool system = start >= timing::kSystemBusAddress;
  uint32_t address = start;
  for (const std::string_view part : Split(fact.sequence, "; ")) {
    Step step{.address = address};
    if (std::string error = ParseStep(part, system, step); !error.empty()) return error;
    address += step.flow == Step::Flow::kTaken ? static_cast<uint32_t>(step.distance) : step.bytes;
    fact.steps.push_back(std::move(step));
    if (fact.steps.size() > kLongestSequence) return "the sequence is too long";
  }
  if (fact.steps.size() < 2) return "the sequence needs the two LDR that read the counter";
  for (Step* end : {&fact.steps.front(), &fact.steps.back()}) {
    if (!end->text.starts_with("LDR.") || end->skipped)
      return "the sequence begins and ends with the LDR that read the counter";
    end->access = {.memory = DataMemory::kPrivate, .misaligned = 0};
  }
  return {};
}

std::string ParseCode(std::string_view text, Fact& fact) {
  const std::vector<std::string_view> codes = Split(text, " ");
  if (codes.size() != fact.steps.size())
    return "the code has another number of instructions than the sequence";
  for (size_t k = 0; k < codes.size(); ++k) {
    Step& step = fact.steps[k];
    if (codes[k].size() != 2u * step.bytes)
      return "\"" + std::string(codes[k]) + "\" has another size than " + step.text;
    for (size_t at = 0; at < codes[k].size(); at += 4) {
      uint16_t halfword = 0;
      if (!ParseNumber(codes[k].substr(at, 4), halfword, 16))
        return "\"" + std::string(codes[k]) + "\" is no code";
      step.halfwords.push_back(halfword);
    }
  }
  return {};
}

std::string ParseFact(const std::vector<std::string>& fields, std::span<const size_t> at, Fact& fact) {
  const auto field = [&](Column column) -> const std::string& {
    static const std::string kNone;
    return at[column] < fields.size() ? fields[at[column]] : kNone;
  };
  fact.core = field(kCore);
  fact.chip = field(kChip);
  fact.code_memory = field(kCodeMemory);
  fact.sequence = field(kSequence);
  fact.category = field(kCategory);
  uint32_t start = 0;
  if (!ParseNumber(field(kStart), start) || start > 7 || start % 2 != 0)
    return "start_mod_8 \"" + field(kStart) + "\" is not 0, 2, 4 or 6";
  if (!ParseNumber(field(kCycles), fact.cycles)) return "cycles \"" + field(kCycles) + "\" is no number";
  for (const auto& [column, count] :
       {std::pair{kLoadStore, &fact.load_store}, std::pair{kMoreCycles, &fact.more_cycles},
        std::pair{kFolded, &fact.folded}}) {
    if (field(column).empty()) continue;
    if (!ParseNumber(field(column), count->emplace()))
      return std::string(kNames[column]) + " \"" + field(column) + "\" is no number";
  }
  fact.operands_text = field(kOperands);
  if (!fact.operands_text.empty()) {
    const auto both = Split(fact.operands_text, ",");
    fact.operands.emplace();
    if (both.size() != 2 || !ParseNumber(both[0], fact.operands->first, 16) ||
        !ParseNumber(both[1], fact.operands->second, 16)) {
      return "operands \"" + fact.operands_text + "\" are not two hexadecimal numbers";
    }
  }
  const bool system = fact.code_memory.starts_with("system bus");
  if (!system && !fact.code_memory.starts_with("code bus"))
    return "code_memory \"" + fact.code_memory + "\" begins with neither \"code bus\" nor \"system bus\"";
  std::string error = ParseSequence(fact, (system ? kSystemBusStart : kCodeBusStart) + start);
  if (error.empty() && !field(kCode).empty()) error = ParseCode(field(kCode), fact);
  return error;
}

std::string Quoted(const std::string& field) {
  if (field.find_first_of(",\"\n") == std::string::npos) return field;
  std::string text = "\"";
  for (const char c : field) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + "\"";
}

}  // namespace

FactsFile ReadFacts(std::string_view csv, std::string_view name) {
  FactsFile file;
  const auto fail = [&](size_t line, const std::string& why) {
    file.error = std::string(name) + ":" + std::to_string(line) + ": " + why;
    file.facts.clear();
    return file;
  };
  size_t at = 0;
  size_t line = 1;
  const std::vector<std::string> header = TakeRecord(csv, at, line);
  std::array<size_t, kColumns> columns{};
  for (size_t column = 0; column < kColumns; ++column) {
    columns[column] = static_cast<size_t>(std::ranges::find(header, kNames[column]) - header.begin());
    if (columns[column] == header.size() && column < kLoadStore)
      return fail(
          1, "no column \"" + std::string(kNames[column]) + "\"; emulation/silicon/README.md lists them");
  }
  while (at < csv.size()) {
    const size_t first_line = line;
    const std::vector<std::string> fields = TakeRecord(csv, at, line);
    if (fields.size() == 1 && fields[0].empty()) continue;
    Fact fact{.line = first_line};
    if (const std::string error = ParseFact(fields, columns, fact); !error.empty())
      return fail(first_line, error);
    file.facts.push_back(std::move(fact));
  }
  if (file.facts.empty()) return fail(line, "no facts below the header");
  return file;
}

std::string WriteFacts(const std::vector<Fact>& facts) {
  std::string csv;
  for (const std::string_view name : kNames) csv += (csv.empty() ? "" : ",") + std::string(name);
  csv += '\n';
  constexpr char kDigits[] = "0123456789abcdef";
  for (const Fact& fact : facts) {
    const auto number = [](std::optional<uint32_t> count) { return count ? std::to_string(*count) : ""; };
    std::string code;
    for (const Step& step : fact.steps) {
      if (!code.empty()) code += ' ';
      for (const uint16_t halfword : step.halfwords) {
        for (int shift = 12; shift >= 0; shift -= 4) code += kDigits[halfword >> shift & 15];
      }
    }
    const std::string fields[] = {fact.core,
                                  fact.chip,
                                  fact.code_memory,
                                  std::to_string(fact.steps.front().address % 8),
                                  fact.sequence,
                                  fact.operands_text,
                                  std::to_string(fact.cycles),
                                  fact.category,
                                  number(fact.load_store),
                                  number(fact.more_cycles),
                                  number(fact.folded),
                                  code};
    for (size_t k = 0; k < kColumns; ++k) csv += (k == 0 ? "" : ",") + Quoted(fields[k]);
    csv += '\n';
  }
  return csv;
}

}  // namespace atome::silicon
