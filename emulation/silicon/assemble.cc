// Code of the sequences, by the GNU assembler: each instruction in a slot of its own.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>

#include "emulation/base/subprocess.h"
#include "emulation/base/temporary_folder.h"
#include "emulation/silicon/facts.h"

namespace atome::silicon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kNextFact = "@ next";
constexpr size_t kSlotBytes = 32;  // an instruction and, before it, its IT

// The condition of each instruction that an IT governs: "ITET.N eq" gives eq, ne, eq.
std::vector<std::string> ConditionsOf(const std::string& it) {
  const std::string condition = it.substr(it.rfind(' ') + 1);
  constexpr std::string_view kPairs[] = {"eqne", "cscc", "hslo", "mipl", "vsvc", "hils", "gelt", "gtle"};
  std::string other = condition;
  for (const std::string_view pair : kPairs) {
    if (pair.substr(0, 2) == condition) other = pair.substr(2);
    if (pair.substr(2) == condition) other = pair.substr(0, 2);
  }
  std::vector<std::string> conditions = {condition};
  for (size_t k = 2; k < it.find('.'); ++k) conditions.push_back(it[k] == 'T' ? condition : other);
  return conditions;
}

// The notation numbers registers in the order in which they appear. 16-bit instructions want low ones, and a
// list of registers is in the order of their numbers, so they get numbers that can be assembled.
class Registers {
 public:
  explicit Registers(const Fact& fact) {
    for (const Step& step : fact.steps) Learn(step);
    Number();
  }

  // The instruction's text with the registers' numbers.
  std::string Renamed(const std::string& text) const {
    std::string renamed;
    ForEach(text, [&](std::string_view between, unsigned number) {
      renamed += between;
      if (number < kRegisters) renamed += 'r' + std::to_string(numbers_[number]);
    });
    return renamed;
  }

 private:
  static constexpr unsigned kRegisters = 13;

  // Calls with the text before each register, and its number; at the end with no register.
  template <typename Callback>
  static void ForEach(const std::string& text, Callback callback) {
    size_t from = 0;
    for (size_t at = 1; at + 1 < text.size(); ++at) {
      const bool starts = text[at] == 'r' && std::isdigit(static_cast<unsigned char>(text[at + 1])) &&
                          std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0;
      if (!starts) continue;
      const unsigned long number = std::strtoul(text.c_str() + at + 1, nullptr, 10);
      if (number >= kRegisters) continue;
      callback(std::string_view(text).substr(from, at - from), static_cast<unsigned>(number));
      from = at + (number < 10 ? 2 : 3);
    }
    callback(std::string_view(text).substr(from), kRegisters);
  }

  void Learn(const Step& step) {
    const bool any = step.text.starts_with("MOV.N") || step.text.starts_with("BX.N") ||
                     step.text.starts_with("BLX.N") || step.text.starts_with("ADD.N pc");
    unsigned before = kRegisters;
    bool in_list = false;
    ForEach(step.text, [&](std::string_view between, unsigned number) {
      for (const char c : between) in_list = c == '{' || (in_list && c != '}');
      if (number == kRegisters) return;
      used_[number] = true;
      if (step.bytes == 2 && !any) low_[number] = true;
      if (in_list && before != kRegisters) below_[number] |= 1u << before;
      before = in_list ? number : kRegisters;
    });
  }

  // Low ones and those below them in a list first.
  void Number() {
    for (unsigned round = 0; round < kRegisters; ++round) {
      for (unsigned r = 0; r < kRegisters; ++r) {
        for (unsigned b = 0; b < kRegisters && low_[r]; ++b) low_[b] = low_[b] || (below_[r] >> b & 1) != 0;
      }
    }
    unsigned done = 0;
    for (unsigned next = 0; next < kRegisters; ++next) {
      unsigned best = kRegisters;
      for (unsigned r = 0; r < kRegisters; ++r) {
        if ((done >> r & 1) != 0 || (below_[r] & ~done) != 0) continue;
        if (best == kRegisters || Rank(r) > Rank(best)) best = r;
      }
      if (best == kRegisters) return;  // lists that contradict each other: the assembler will say so
      numbers_[best] = next;
      done |= 1u << best;
    }
  }
  int Rank(unsigned r) const { return low_[r] ? 2 : used_[r] ? 1 : 0; }

  std::array<bool, kRegisters> used_{};
  std::array<bool, kRegisters> low_{};
  std::array<unsigned, kRegisters> below_{};
  std::array<unsigned, kRegisters> numbers_{};
};

std::string Line(const Step& step, std::string text, const std::string& condition) {
  const size_t dot = text.find('.');
  const size_t space = text.find(' ');
  if (!condition.empty() && dot != std::string::npos) {
    text.insert(dot, condition);
    // In an IT block the same code sets no flags, and the assembler wants it written so.
    if (step.bytes == 2 && text[dot - 1] == 'S') text.erase(dot - 1, 1);
  }
  if (step.text.starts_with("MOVW.") || step.text.starts_with("SUBW.") || step.text.starts_with("ADDW.") ||
      step.text.starts_with("MOVT."))
    text.erase(text.find('.'), 2);  // have one size, and no suffix
  const bool direct = step.text.starts_with("B.") || step.text.starts_with("BL.") ||
                      step.text.starts_with("CB") ||
                      (step.text[0] == 'B' && step.flow == Step::Flow::kNotTaken) ||
                      (step.text[0] == 'B' && space == std::string::npos);
  if (direct) {
    // The marks of the notation tell the target; where it is not taken or skipped any will do.
    const int distance = step.flow == Step::Flow::kTaken ? step.distance : 8;
    text += (step.text.starts_with("CB") ? ", . + " : " . + ") + std::to_string(distance);
  }
  if (step.text.starts_with("ADR."))
    text = "ADD" + text.substr(3, text.find(", ") - 1) + "pc, " + text.substr(text.find('#'));
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string Source(const std::vector<Fact*>& facts) {
  std::string source = ".syntax unified\n.thumb\n.cpu cortex-m7\n";
  for (const Fact* fact : facts) {
    source += std::string(kNextFact) + "\n";
    const Registers registers(*fact);
    std::vector<std::string> conditions;
    size_t next = 0;
    for (const Step& step : fact->steps) {
      std::string condition;
      if (next < conditions.size()) condition = conditions[next++];
      if (step.text.starts_with("IT")) {
        conditions = ConditionsOf(step.text);
        next = 0;
      }
      source += ".balign " + std::to_string(kSlotBytes) + "\n";
      // Behind an IT of its own, which a slot's last instruction needs, or a NOP: the code is at offset 2.
      if (step.text.starts_with("IT")) {
        const size_t dot = step.text.find('.');
        std::string it = "nop\n" + step.text.substr(0, dot) + step.text.substr(dot + 2) + "\n";
        for (const std::string& c : ConditionsOf(step.text)) it += "add" + c + " r0, r0\n";
        for (char& c : it) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        source += it;
        continue;
      }
      source += condition.empty() ? "nop\n" : "it " + condition + "\n";
      source += Line(step, registers.Renamed(step.text), condition) + "\n";
    }
  }
  return source + ".balign " + std::to_string(kSlotBytes) + "\n";
}

std::string RunTool(std::vector<std::string> arguments) {
  const std::string name = arguments[0];
  arguments[0] = emulation::FindProgram(name);
  if (arguments[0].empty())
    return name + " not found: sequences without a column \"code\" need it; install binutils-arm-none-eabi";
  const auto result = emulation::RunSubprocess({.arguments = std::move(arguments), .trusted = true});
  return result.end == emulation::SubprocessResult::End::kExited && result.code == 0
             ? std::string{}
             : name + " failed: " + (result.error.empty() ? result.log : result.error);
}

// What the assembler refused, by lines of its source: "x.s:12: Error: ...". Its log may be cut at the front.
std::map<size_t, std::string> Complaints(const std::string& log) {
  std::map<size_t, std::string> complaints;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const size_t at = line.find(".s:");
    const size_t error = line.find("Error", at == std::string::npos ? 0 : at);
    if (at == std::string::npos || error == std::string::npos) continue;
    complaints.emplace(std::strtoul(line.c_str() + at + 3, nullptr, 10), line.substr(error));
  }
  return complaints;
}

// The facts that complaints are about, and of each the first.
std::map<const Fact*, std::string> Refused(const std::vector<Fact*>& facts, const std::string& source,
                                           const std::map<size_t, std::string>& complaints) {
  std::map<const Fact*, std::string> refused;
  std::istringstream lines(source);
  size_t fact = 0;
  size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line == kNextFact) ++fact;
    const auto complaint = complaints.find(number);
    if (complaint != complaints.end() && fact > 0)
      refused.emplace(facts[fact - 1], "\"" + line + "\" does not assemble: " + complaint->second);
  }
  return refused;
}

// The object file of the facts' source; the log of the assembler when it refuses some.
std::string AssembleSource(const std::string& source, const fs::path& folder, std::string& error) {
  const fs::path path = folder / "sequences.s";
  if (folder.empty() || !(std::ofstream(path) << source)) {
    error = "cannot write to a temporary folder; set TMPDIR to one that is writable";
    return {};
  }
  return RunTool({"arm-none-eabi-as", "-o", (folder / "sequences.o").string(), path.string()});
}

}  // namespace

Assembly Assemble(std::vector<Fact>& facts) {
  Assembly assembly;
  const emulation::TemporaryFolder folder;
  std::vector<Fact*> wanted;
  for (;;) {
    wanted.clear();
    for (Fact& fact : facts) {
      if (fact.steps.front().halfwords.empty()) wanted.push_back(&fact);
    }
    if (wanted.empty()) return assembly;
    const std::string source = Source(wanted);
    const std::string log = AssembleSource(source, folder.path(), assembly.error);
    if (!assembly.error.empty()) return assembly;
    if (log.empty()) break;
    const auto refused = Refused(wanted, source, Complaints(log));
    if (refused.empty()) {
      assembly.error = log;
      return assembly;
    }
    for (const auto& [fact, why] : refused) assembly.left_out.push_back({fact->line, why});
    std::erase_if(facts, [&refused](const Fact& fact) { return refused.contains(&fact); });
  }
  const std::string binary = (folder.path() / "sequences.bin").string();
  assembly.error =
      RunTool({"arm-none-eabi-objcopy", "-O", "binary", (folder.path() / "sequences.o").string(), binary});
  if (!assembly.error.empty()) return assembly;
  std::ifstream code(binary, std::ios::binary);
  for (Fact* fact : wanted) {
    for (Step& step : fact->steps) {
      unsigned char slot[kSlotBytes] = {};
      code.read(reinterpret_cast<char*>(slot), kSlotBytes);
      for (size_t at = 2; at < 2u + step.bytes; at += 2)
        step.halfwords.push_back(static_cast<uint16_t>(slot[at] | slot[at + 1] << 8));
    }
  }
  if (!code) assembly.error = "the assembler gave less code than there are instructions";
  std::ranges::sort(assembly.left_out, {}, &LeftOut::line);
  return assembly;
}

}  // namespace atome::silicon
