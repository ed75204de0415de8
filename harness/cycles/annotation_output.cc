#include "harness/cycles/annotation_output.h"

#include <algorithm>
#include <cmath>

#include "emulation/base/memory_reader.h"
#include "emulation/thumb/decode.h"
#include "emulation/thumb/disassembly.h"
#include "harness/base/text.h"
#include "harness/cycles/profile_output.h"

namespace atome::harness {
namespace {

using timing::InstructionCycles;

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
  const std::string name = ShortFunctionName(image.FunctionAt(address).name);
  return name.empty() ? "no symbol" : name;
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
  for (const Function& function : all) {
    text += fmt::format(
        "\n{}: {} cycles, {:.1f}%\n", function.name, Grouped(function.cycles),
        100.0 * static_cast<double>(function.cycles) / static_cast<double>(std::max<uint64_t>(total, 1)));
    text += FormatText(AnnotationTable(rows.subspan(function.begin, function.end - function.begin),
                                       [&](uint32_t address) { return InstructionText(image, address); }));
  }
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
  for (const InstructionCycles& row : rows) {
    std::vector<std::string> cells = {FunctionName(image, row.address),
                                      fmt::format("{:#010x}", row.address),
                                      InstructionText(image, row.address),
                                      std::to_string(row.executions),
                                      std::to_string(row.skipped),
                                      std::to_string(row.cycles),
                                      std::to_string(row.own)};
    for (const Reason& reason : kReasons) cells.push_back(std::to_string(row.*reason.cycles));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace atome::harness
