// Progress of a command: a line that rewrites itself on a terminal, nothing in a log.
#ifndef ATOME_HARNESS_COMMANDS_PROGRESS_H_
#define ATOME_HARNESS_COMMANDS_PROGRESS_H_

#include <unistd.h>

#include <chrono>
#include <iostream>
#include <string_view>

#include "harness/base/text.h"
#include "harness/report/report.h"

namespace atome::harness {

class Progress {
 public:
  // `more` goes to the end of the line. Redraws at most ten times a second.
  void Update(size_t done, size_t total, std::string_view what = "cells", std::string_view more = {}) {
    if (!terminal_) return;
    const Clock::time_point now = Clock::now();
    if (done < total && now - drawn_ < std::chrono::milliseconds(100)) return;
    drawn_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double left = seconds / static_cast<double>(done) * static_cast<double>(total - done);
    Clear();
    if (done < total)
      std::cerr << fmt::format("{} of {} {}, {:.0f} s left{}", done, total, what, left, more) << std::flush;
  }
  // Counts an ended cell and names it when it did not pass.
  void Update(size_t done, size_t total, const report::Cell& cell) {
    if (!cell.passed()) Say(StrCat(OutcomeText(cell.outcome), ": ", cell.key.Describe()));
    Update(done, total);
  }
  // Prints a line that stays.
  void Say(std::string_view line) const {
    Clear();
    std::cerr << line << "\n";
  }

 private:
  using Clock = std::chrono::steady_clock;

  void Clear() const {
    if (terminal_) std::cerr << "\r\033[K";
  }

  bool terminal_ = isatty(STDERR_FILENO) != 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_{};
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_PROGRESS_H_
