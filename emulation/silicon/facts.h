// Recorded cycles of short sequences on real chips: what the cycle models are compared with.
#ifndef ATOME_EMULATION_SILICON_FACTS_H_
#define ATOME_EMULATION_SILICON_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulation/timing/data_access.h"

namespace atome::silicon {

// One executed or skipped instruction of a sequence.
struct Step {
  enum class Flow : uint8_t { kNext, kNotTaken, kTaken };
  uint32_t address = 0;
  uint8_t bytes = 2;
  bool skipped = false;  // its condition failed
  Flow flow = Flow::kNext;
  int32_t distance = 0;  // of a taken branch, from its address
  timing::DataAccess access = {};
  std::string text = {};                 // assembly, without the marks of the notation
  std::vector<uint16_t> halfwords = {};  // of the code; empty until assembled
};

struct Fact {
  size_t line = 0;  // in the file
  std::string core = {};
  std::string chip = {};
  std::string code_memory = {};
  std::string sequence = {};  // in the file's notation
  std::string category = {};
  std::vector<Step> steps = {};  // the first and the last read DWT->CYCCNT
  std::optional<std::pair<uint32_t, uint32_t>> operands = {};
  std::string operands_text = {};
  uint32_t cycles = 0;  // between the first and the last
  // The same of the DWT's LSUCNT, CPICNT and FOLDCNT, where they were recorded.
  std::optional<uint32_t> load_store = {};
  std::optional<uint32_t> more_cycles = {};
  std::optional<uint32_t> folded = {};
};

struct FactsFile {
  std::vector<Fact> facts;
  std::string error;  // with the file's name, the line and the remedy; empty: read
};

// Reads CSV with the columns core, chip, code_memory, start_mod_8, sequence, operands, cycles, category and
// perhaps lsucnt, cpicnt, foldcnt, code (README.md), in any order. `name` is for messages.
FactsFile ReadFacts(std::string_view csv, std::string_view name);

// The same facts as CSV, with their code.
std::string WriteFacts(const std::vector<Fact>& facts);

// A sequence that is left out, by the line where it begins, and why.
struct LeftOut {
  size_t line = 0;
  std::string why;
};

struct Assembly {
  std::vector<LeftOut> left_out;  // what the assembler refuses; it is no longer among the facts
  std::string error;              // nothing could be assembled, and why; empty otherwise
};

// Gives each step its code, by arm-none-eabi-as. Facts that have it stay as they are.
Assembly Assemble(std::vector<Fact>& facts);

}  // namespace atome::silicon

#endif  // ATOME_EMULATION_SILICON_FACTS_H_
