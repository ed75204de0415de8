// What atome run tells of a run: its counts in words, and all of it as JSON.
#ifndef ATOME_HARNESS_COMMANDS_RUN_OUTPUT_H_
#define ATOME_HARNESS_COMMANDS_RUN_OUTPUT_H_

#include <string>
#include <vector>

#include "emulation/machine/machine.h"

namespace atome::harness {

// `between` are the two names of --mark, where they were given.
std::string RunJson(const std::string& firmware, const std::vector<std::string>& between,
                    const emulation::Core& core, const emulation::RunResult& result);

// "1 234 instructions, 2 345 modelled cycles, 96 bytes of stack"; without cycles, why.
std::string CountsText(const emulation::Core& core, const emulation::RunResult& result);

std::string BetweenText(const std::vector<std::string>& names, const emulation::RunResult::Between& between);

// The faults that the firmware's handlers took: a line each, the first ones.
std::string HandledFaultsText(const emulation::RunResult& result);

// Nothing is ignored in silence: what read 0 and what was lost.
std::string PeripheralText(const std::vector<emulation::PeripheralUse>& uses);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_RUN_OUTPUT_H_
