// The target of firmware: a bare core or a board.
#ifndef ATOME_HARNESS_RUN_TARGET_H_
#define ATOME_HARNESS_RUN_TARGET_H_

#include <string>
#include <vector>

#include "emulation/boards/board.h"
#include "emulation/boards/core.h"
#include "harness/base/result.h"

namespace atome::harness {

struct Target {
  const emulation::Core* core = nullptr;
  const emulation::Board* board = nullptr;  // nullptr: the core at zero wait states
};

std::vector<std::string> CoreNames();
// "all", then the names of all boards.
std::vector<std::string> BoardNames();
// The names of all cores, for help: "m0, m0plus, ...".
std::string KnownCores();

// The named boards ("all" names all) whose core is among `cores`, or of any core when `cores` is empty;
// without boards the named cores; without names every core. The error lists the known ones.
Result<std::vector<Target>> ParseTargets(const std::vector<std::string>& cores,
                                         const std::vector<std::string>& boards);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_TARGET_H_
