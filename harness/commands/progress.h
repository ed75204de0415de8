// Progress of a command: a line that rewrites itself on a terminal, nothing in a log.
#ifndef ATOME_HARNESS_COMMANDS_PROGRESS_H_
#define ATOME_HARNESS_COMMANDS_PROGRESS_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "harness/report/report.h"

namespace atome::harness {

// On standard error, from two seconds after the start on, once a second: "compiling, 5 s"; when it is known
// how much there is, "3 of 12 cells, 40 s left". Calls may come from any thread.
class Progress {
 public:
  explicit Progress(std::string what = "working");
  ~Progress() { End(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `more` goes to the end of the line.
  void Update(size_t done, size_t total, std::string_view what = "cells", std::string_view more = {});
  // Counts an ended cell and names it when it did not pass.
  void Update(size_t done, size_t total, const report::Cell& cell);
  // Before anything is printed elsewhere: the line goes away, and no other comes.
  void End();
  // Prints a line that stays.
  void Say(std::string_view line) const;

 private:
  using Clock = std::chrono::steady_clock;

  void Tick();
  void Draw();
  void Clear() const;

  const bool terminal_;
  const Clock::time_point start_ = Clock::now();
  mutable std::mutex mutex_;  // of all below, and of standard error
  std::condition_variable ends_;
  std::string what_, more_;
  size_t done_ = 0, total_ = 0;
  Clock::time_point counted_ = start_;  // when done_ was
  bool over_ = false;
  mutable bool drawn_ = false;  // a line stands there
  std::thread ticks_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_PROGRESS_H_
