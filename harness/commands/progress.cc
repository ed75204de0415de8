#include "harness/commands/progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "harness/base/terminal.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

constexpr std::chrono::seconds kFirst{2}, kEach{1};

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

Progress::Progress(std::string what) : terminal_(isatty(STDERR_FILENO) != 0), what_(std::move(what)) {
  if (terminal_) ticks_ = std::thread([this] { Tick(); });
}

void Progress::End() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    Clear();
  }
  ends_.notify_all();
  if (ticks_.joinable()) ticks_.join();
}

void Progress::Tick() {
  std::unique_lock lock(mutex_);
  for (auto wait = kFirst; !ends_.wait_for(lock, wait, [this] { return over_; }); wait = kEach) Draw();
}

void Progress::Update(size_t done, size_t total, std::string_view what, std::string_view more) {
  if (!terminal_) return;
  const std::lock_guard lock(mutex_);
  done_ = done;
  total_ = total;
  counted_ = Clock::now();
  what_ = what;
  more_ = more;
}

void Progress::Update(size_t done, size_t total, const report::Cell& cell) {
  if (!cell.passed()) Say(StrCat(OutcomeText(cell.outcome), ": ", cell.key.Describe()));
  Update(done, total);
}

void Progress::Say(std::string_view line) const {
  const std::lock_guard lock(mutex_);
  Clear();
  std::cerr << WrappedLines(line, StandardErrorStyle().width, 2) << "\n";
}

// The mutex is held.
void Progress::Draw() {
  const Clock::time_point now = Clock::now();
  Clear();
  drawn_ = true;
  if (done_ == 0 || done_ >= total_) {
    std::cerr << fmt::format("{}, {:.0f} s", done_ == 0 ? what_ : "finishing", Seconds(now - start_))
              << std::flush;
    return;
  }
  const double each = Seconds(counted_ - start_) / static_cast<double>(done_);
  const double left = each * static_cast<double>(total_ - done_) - Seconds(now - counted_);
  std::cerr << fmt::format("{} of {} {}, {:.0f} s left{}", done_, total_, what_, std::max(left, 0.0), more_)
            << std::flush;
}

void Progress::Clear() const {
  if (drawn_) std::cerr << "\r\033[K" << std::flush;
  drawn_ = false;
}

}  // namespace atome::harness
