// How far a command has come: a line that rewrites itself on a terminal, nothing in a log.
#ifndef ATOME_HARNESS_COMMANDS_PROGRESS_H_
#define ATOME_HARNESS_COMMANDS_PROGRESS_H_

#include <unistd.h>

#include <chrono>
#include <iostream>
#include <string_view>

#include "harness/text.h"

namespace atome::harness {

class Progress {
 public:
  void Update(size_t done, size_t total) const {
    if (!terminal_) return;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const double left = seconds / static_cast<double>(done) * static_cast<double>(total - done);
    Clear();
    if (done < total)
      std::cerr << fmt::format("{} of {} cells, {:.0f} s left", done, total, left) << std::flush;
  }
  // A line that stays.
  void Say(std::string_view line) const {
    Clear();
    std::cerr << line << "\n";
  }

 private:
  void Clear() const {
    if (terminal_) std::cerr << "\r\033[K";
  }

  bool terminal_ = isatty(STDERR_FILENO) != 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_PROGRESS_H_
