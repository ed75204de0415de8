#include "harness/cycles/annotation_output.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "emulation/base/memory_reader.h"
#include "emulation/thumb/decode.h"
#include "emulation/thumb/disassembly.h"
#include "harness/base/terminal.h"
#include "harness/base/text.h"
#include "harness/base/utf8.h"
#include "harness/cycles/source_files.h"
#include "harness/report/names.h"

namespace atome::harness {
namespace {

using emulation::ElfImage;
using timing::InstructionCycles;

constexpr size_t kColumns = 80;       // of a line of source
constexpr size_t kLongestPath = 300;  // of a file that is not there

struct Reason {
  const char* name;
  uint64_t InstructionCycles::*cycles;
};
constexpr Reason kReasons[] = {
    {"operand", &InstructionCycles::operand},   {"bus", &InstructionCycles::bus},
    {"fetch", &InstructionCycles::fetch},       {"refill", &InstructionCycles::refill},
    {"pairing", &InstructionCycles::pairing},   {"flash", &InstructionCycles::flash},
    {"wrong guess", &InstructionCycles::guess}, {"exception", &InstructionCycles::exception},
};

std::string PerExecution(uint64_t cycles, uint64_t executions) {
  return fmt::format("{:.2f}",
                     static_cast<double>(cycles) / static_cast<double>(std::max<uint64_t>(executions, 1)));
}

// "own 2.00, fetch 0.50" a time.
std::string Why(const InstructionCycles& row) {
  std::string why;
  const auto add = [&](const char* name, uint64_t cycles) {
    StrAppend(&why, why.empty() ? "" : ", ", name, " ", PerExecution(cycles, row.executions));
  };
  const auto share = [&](const char* name, uint64_t part) {
    StrAppend(&why, why.empty() ? "" : ", ", name);
    if (part != row.executions)
      StrAppend(&why, fmt::format(" {:.0f}%",
                                  100.0 * static_cast<double>(part) / static_cast<double>(row.executions)));
  };
  if (row.own > row.executions) add("own", row.own);
  if (row.own < row.executions) share("beside the next", row.executions - row.own);
  for (const Reason& reason : kReasons) {
    if (row.*reason.cycles != 0) add(reason.name, row.*reason.cycles);
  }
  if (row.skipped != 0) share("skipped", row.skipped);
  return why;
}

// The instruction in the image; the address alone where no code is, as of code copied to RAM.
std::string InstructionText(const emulation::ElfImage& image, uint32_t address) {
  const std::optional<uint16_t> first = image.HalfwordAt(address);
  if (!first) return "not in the file";
  std::vector<uint8_t> code = {static_cast<uint8_t>(*first), static_cast<uint8_t>(*first >> 8)};
  if (thumb::Bytes(*first) == 4) {
    const uint16_t second = image.HalfwordAt(address + 2).value_or(0);
    code.push_back(static_cast<uint8_t>(second));
    code.push_back(static_cast<uint8_t>(second >> 8));
  }
  const auto texts = thumb::DisassembleRun(code, address);
  return texts.empty() ? std::string{} : texts.front().text;
}

std::string FunctionName(const emulation::ElfImage& image, uint32_t address) {
  const std::string name = report::FunctionName(image.FunctionAt(address).name);
  return name.empty() ? "no symbol" : name;
}

// "work.c:23  1 200 of 3 400 cycles  sum += x;": what these instructions took of all that the line did in its
// function.
std::string SourceText(const ElfImage::SourceLine& line, uint64_t cycles, uint64_t all, SourceFiles* files) {
  const std::string name = line.path.substr(line.path.rfind('/') + 1);
  std::string text = StrCat(name, ":", line.line, "  ", Grouped(cycles), " ");
  if (cycles != all) StrAppend(&text, "of ", Grouped(all), " ");
  text += "cycles";
  if (const auto source = files->Line(line.path, line.line)) StrAppend(&text, "  ", *source);
  return CutTo(kColumns, text) + "\n";
}

// The table with a line of source above each run of instructions that it made.
std::string WithSource(std::span<const InstructionCycles> rows, const ElfImage& image, std::string_view table,
                       SourceFiles* files) {
  std::vector<ElfImage::SourceLine> lines;
  std::map<ElfImage::SourceLine, uint64_t> all;
  for (const InstructionCycles& row : rows) all[lines.emplace_back(image.LineAt(row.address))] += row.cycles;
  size_t heads = static_cast<size_t>(std::ranges::count(table, '\n')) - rows.size();
  std::string text;
  for (size_t k = 0, at = 0; at < table.size();) {
    if (heads == 0 && (k == 0 || lines[k] != lines[k - 1]) && !lines[k].path.empty()) {
      uint64_t cycles = 0;
      for (size_t same = k; same < rows.size() && lines[same] == lines[k]; ++same)
        cycles += rows[same].cycles;
      text += SourceText(lines[k], cycles, all[lines[k]], files);
    }
    heads == 0 ? ++k : --heads;
    const size_t end = table.find('\n', at) + 1;
    text += table.substr(at, end - at);
    at = end;
  }
  return text;
}

}  // namespace

Table AnnotationTable(std::span<const InstructionCycles> rows,
                      const std::function<std::string(uint32_t address)>& text) {
  Table table{.columns = {{"address"}, {"times", true}, {"cycles", true}, {"instruction"}, {"why"}},
              .rows = {}};
  for (const InstructionCycles& row : rows) {
    table.rows.push_back({fmt::format("{:08x}", row.address), Grouped(row.executions),
                          PerExecution(row.cycles, row.executions), text(row.address), Why(row)});
  }
  return table;
}

std::string AnnotatedFunctions(std::span<const InstructionCycles> rows, const emulation::ElfImage& image,
                               const std::vector<std::string>& functions) {
  struct Function {
    std::string name;
    size_t begin = 0;
    size_t end = 0;
    uint64_t cycles = 0;
  };
  std::vector<Function> all;
  uint64_t total = 0;
  for (size_t k = 0; k < rows.size(); ++k) {
    const std::string name = FunctionName(image, rows[k].address);
    if (all.empty() || all.back().name != name) all.push_back({name, k, k, 0});
    all.back().end = k + 1;
    all.back().cycles += rows[k].cycles;
    total += rows[k].cycles;
  }
  if (!functions.empty()) {
    std::erase_if(all, [&](const Function& function) {
      return std::ranges::none_of(functions, [&](const std::string& wanted) {
        return function.name.find(wanted) != std::string::npos;
      });
    });
  }
  std::ranges::stable_sort(all, std::greater{}, &Function::cycles);
  std::string text;
  SourceFiles files;
  for (const Function& function : all) {
    text += fmt::format(
        "\n{}: {} cycles, {:.1f}%\n", function.name, Grouped(function.cycles),
        100.0 * static_cast<double>(function.cycles) / static_cast<double>(std::max<uint64_t>(total, 1)));
    const auto own = rows.subspan(function.begin, function.end - function.begin);
    const std::string table =
        FormatText(AnnotationTable(own, [&](uint32_t address) { return InstructionText(image, address); }));
    text += WithSource(own, image, table, &files);
  }
  for (const std::string& path : files.missing())
    text += StrCat("\nno source text, for there is no file ", CutTo(kLongestPath, path));
  if (!files.missing().empty()) text += "\n";
  return text;
}

Table AnnotationList(std::span<const InstructionCycles> rows, const emulation::ElfImage& image) {
  Table table{.columns = {{"function"},
                          {"address"},
                          {"instruction"},
                          {"executions", true},
                          {"skipped", true},
                          {"cycles", true},
                          {"own", true}},
              .rows = {}};
  for (const Reason& reason : kReasons) table.columns.push_back({reason.name, true});
  table.columns.push_back({"file"});
  table.columns.push_back({"line", true});
  for (const InstructionCycles& row : rows) {
    std::vector<std::string> cells = {FunctionName(image, row.address),
                                      fmt::format("{:#010x}", row.address),
                                      InstructionText(image, row.address),
                                      std::to_string(row.executions),
                                      std::to_string(row.skipped),
                                      std::to_string(row.cycles),
                                      std::to_string(row.own)};
    for (const Reason& reason : kReasons) cells.push_back(std::to_string(row.*reason.cycles));
    const ElfImage::SourceLine line = image.LineAt(row.address);
    cells.push_back(OneLine(Utf8(line.path)));
    cells.push_back(line.path.empty() ? "" : std::to_string(line.line));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace atome::harness
