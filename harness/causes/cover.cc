#include "harness/causes/cover.h"

#include <algorithm>
#include <map>
#include <queue>

namespace atome::harness::report {
namespace {

struct Candidate {
  size_t count;
  const Reason* reason;

  // That a queue has the best first.
  bool operator<(const Candidate& other) const {
    return count != other.count ? count < other.count : *other.reason < *reason;
  }
};

}  // namespace

std::vector<Covered> Cover(std::vector<std::vector<Reason>> reasons_of_things) {
  std::map<Reason, std::vector<size_t>> things_of;
  for (size_t i = 0; i < reasons_of_things.size(); ++i) {
    std::vector<Reason>& reasons = reasons_of_things[i];
    std::ranges::sort(reasons);
    reasons.erase(std::unique(reasons.begin(), reasons.end()), reasons.end());
    for (const Reason& reason : reasons) things_of[reason].push_back(i);
  }
  // Counts only fall, so that one which is out of date is seen when it comes up, and queued again.
  std::priority_queue<Candidate> queue;
  std::map<Reason, size_t> left;
  for (const auto& [reason, things] : things_of) {
    left[reason] = things.size();
    queue.push({things.size(), &reason});
  }
  std::vector<bool> taken(reasons_of_things.size());
  std::vector<Covered> groups;
  while (!queue.empty()) {
    const Candidate best = queue.top();
    queue.pop();
    const size_t count = left[*best.reason];
    if (count != best.count) {
      if (count > 0) queue.push({count, best.reason});
      continue;
    }
    Covered group{*best.reason, {}};
    for (const size_t thing : things_of[*best.reason]) {
      if (taken[thing]) continue;
      taken[thing] = true;
      group.things.push_back(thing);
      for (const Reason& reason : reasons_of_things[thing]) --left[reason];
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace atome::harness::report
