// When a wait is over.
#ifndef ATOME_EMULATION_PROBE_DEADLINE_H_
#define ATOME_EMULATION_PROBE_DEADLINE_H_

#include <algorithm>
#include <chrono>

namespace atome::emulation::probe {

using Clock = std::chrono::steady_clock;

class Deadline {
 public:
  static Deadline After(std::chrono::milliseconds time) { return Deadline(Clock::now() + time); }
  // The earlier of both.
  Deadline Within(std::chrono::milliseconds time) const {
    return Deadline(std::min(end_, Clock::now() + time));
  }

  bool over() const { return Clock::now() >= end_; }
  // For poll(): milliseconds, at least 0, rounded up.
  int Left() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 1 << 30));
  }

 private:
  explicit Deadline(Clock::time_point end) : end_(end) {}

  Clock::time_point end_;
};

}  // namespace atome::emulation::probe

#endif  // ATOME_EMULATION_PROBE_DEADLINE_H_
