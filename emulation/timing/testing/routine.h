// Small assembly routines and their modelled cycles, for tests.
#ifndef ATOME_EMULATION_TIMING_TESTING_ROUTINE_H_
#define ATOME_EMULATION_TIMING_TESTING_ROUTINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulation/timing/cycle_model.h"

namespace atome::timing {

// Whether arm-none-eabi-as is there.
bool CanAssemble();

struct Routine {
  std::string text;  // GNU assembly; `end` is its end or where it says; `target` where indirect branches go
  std::string branches = {};    // 'T' or 'N' for every conditional branch met, in order
  std::string conditions = {};  // 'E' executed or 'S' skipped for every other instruction in an IT block met
  std::vector<std::pair<uint32_t, uint32_t>> operands = {};  // for every division and long multiplication met
  uint32_t start = 0x1000;                                   // where it begins, a multiple of 16
  DataMemory memory = DataMemory::kUnknown;                  // that loads and stores reach
};

// Cycles from the routine's first instruction entering execute to the instruction at `end` doing so. The
// routine begins behind eight 16-bit instructions that leave the fetch buffer full. Nothing when it does not
// assemble; fails the test then.
std::optional<uint64_t> Measure(std::string_view core, const Routine& routine);

// The code of each instruction, assembled at once; empty, and the test fails, when one does not assemble.
std::vector<std::vector<uint16_t>> AssembleEach(std::string_view core, const std::vector<std::string>& texts);

}  // namespace atome::timing

#endif  // ATOME_EMULATION_TIMING_TESTING_ROUTINE_H_
