// Which few reasons explain many things.
#ifndef ATOME_HARNESS_CAUSES_COVER_H_
#define ATOME_HARNESS_CAUSES_COVER_H_

#include <compare>
#include <cstddef>
#include <string>
#include <vector>

namespace atome::harness::report {

// What may be behind a thing. Of two that explain as much the lower rank is taken, then the first by name.
struct Reason {
  int rank = 0;
  std::string name;

  auto operator<=>(const Reason&) const = default;
};

struct Covered {
  Reason reason;
  std::vector<size_t> things;  // indices, in order
};

// Each thing that has a reason is in one group. The reason of most things takes them all, then that of most
// of the rest, and so on (the greedy set cover). Things without a reason are in none.
std::vector<Covered> Cover(std::vector<std::vector<Reason>> reasons_of_things);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_COVER_H_
