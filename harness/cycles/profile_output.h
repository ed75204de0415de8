// A profile as people and flame-graph tools read it.
#ifndef ATOME_HARNESS_CYCLES_PROFILE_OUTPUT_H_
#define ATOME_HARNESS_CYCLES_PROFILE_OUTPUT_H_

#include <string>
#include <string_view>

#include "emulation/machine/profile.h"
#include "harness/base/table.h"

namespace atome::harness {

// A row a function, by its own cycles: those, with what it calls, calls, instructions. A function that calls
// itself counts once in what it calls.
Table FlatProfile(const emulation::Profile& profile);

// "main;f;g 123" for every chain of calls with cycles of its own, as flamegraph.pl and speedscope read it.
std::string FoldedStacks(const emulation::Profile& profile);

// A demangled name without template arguments, parameters and return type: "atome::op::Embed".
std::string ShortFunctionName(std::string_view name);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CYCLES_PROFILE_OUTPUT_H_
