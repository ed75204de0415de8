// Prints a profile for people and for flame-graph tools.
#ifndef ATOME_HARNESS_CYCLES_PROFILE_OUTPUT_H_
#define ATOME_HARNESS_CYCLES_PROFILE_OUTPUT_H_

#include <string>

#include "emulation/machine/profile.h"
#include "harness/base/table.h"

namespace atome::harness {

// One row a function, sorted by own cycles: own cycles, cycles with callees, calls, instructions. A function
// that calls itself counts once in the cycles with callees. Of a profile without cycles the same in
// instructions.
Table FlatProfile(const emulation::Profile& profile);

// "main;f;g 123" for every chain of calls that has own cycles, or instructions where there are no cycles; the
// format of flamegraph.pl and speedscope.
std::string FoldedStacks(const emulation::Profile& profile);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CYCLES_PROFILE_OUTPUT_H_
