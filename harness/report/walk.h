// Two sorted ranges side by side.
#ifndef ATOME_HARNESS_REPORT_WALK_H_
#define ATOME_HARNESS_REPORT_WALK_H_

#include <compare>
#include <vector>

namespace atome::harness::report {

// Calls both(a, b) for what is equal by `order`, first(a) and second(b) for what is in one range only, in
// order. Neither range has anything twice.
template <class T, class Order, class Both, class First, class Second>
void Walk(const std::vector<const T*>& a, const std::vector<const T*>& b, const Order& order,
          const Both& both, const First& first, const Second& second) {
  for (auto at = a.begin(), bt = b.begin(); at != a.end() || bt != b.end();) {
    std::strong_ordering how = std::strong_ordering::less;
    if (at == a.end()) {
      how = std::strong_ordering::greater;
    } else if (bt != b.end()) {
      how = order(**at, **bt);
    }
    if (how < 0) {
      first(**at++);
    } else if (how > 0) {
      second(**bt++);
    } else {
      both(**at++, **bt++);
    }
  }
}

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_WALK_H_
