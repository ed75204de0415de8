// Where changes are, in few words.
#ifndef ATOME_HARNESS_CAUSES_PLACE_H_
#define ATOME_HARNESS_CAUSES_PLACE_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/report/report.h"

namespace atome::harness::report {

// "native", "Unicorn", "QEMU", "silicon" of a runner; others as they are.
std::string_view ShownRunner(std::string_view runner);

// "Cortex-M4F f32 60K", "nucleo-f411re q15 60K, built for size"; of perplexity "q15 60K"; of a benchmark and
// a contender its name.
std::string PlaceText(const Key& key);

// "also 3 boards", "also Cortex-M7", "also 6 cores, 8 models": what the keys have beside the head's, which
// may be among them; empty where that is nothing.
std::string AlsoText(const Key& head, const std::vector<const Key*>& keys);

// What all keys have in common, with the runner: "QEMU Cortex-M3 f32"; where that is nothing, the kind of
// their cells.
std::string CommonText(const std::vector<const Key*>& keys);

// How far a cell is from that by which people know the whole: 0 is the 60K model in f32 on a core alone,
// built for speed.
int DistanceFromUsual(const Key& key);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_PLACE_H_
