#include "emulation/timing/flash_wait.h"

#include <algorithm>
#include <bit>

namespace atome::timing {
namespace {

// Not a line, and not the one before a line.
constexpr uint32_t kNoLine = 0xFFFFFFF0;

bool IsSoundCache(uint32_t lines, uint32_t ways) {
  if (lines == 0) return ways == 0;
  return ways != 0 && lines % ways == 0 && std::has_single_bit(lines / ways);
}

}  // namespace

bool IsSound(const FlashTiming& timing) {
  return std::has_single_bit(timing.line_bytes) && timing.line_bytes >= 4 && timing.line_bytes <= 64 &&
         IsSoundCache(timing.instruction_lines, timing.instruction_ways) &&
         IsSoundCache(timing.data_lines, timing.data_ways) &&
         (!timing.unified || (timing.instruction_lines != 0 && timing.data_lines == 0));
}

FlashWait::FlashWait(const FlashTiming& timing)
    : timing_(timing),
      line_shift_(std::countr_zero(timing.line_bytes)),
      instructions_(timing.instruction_lines, timing.instruction_ways),
      data_(timing.data_lines, timing.data_ways),
      line_(kNoLine) {}

uint32_t FlashWait::RestOfPrefetch(uint64_t now) const {
  const uint64_t read = timing_.miss_cycles + 1u;
  const uint64_t elapsed = now - std::min(now, arrived_);
  return timing_.prefetch && line_ != kNoLine && elapsed < read ? static_cast<uint32_t>(read - elapsed) : 0;
}

uint32_t FlashWait::EnterOther(uint32_t line, uint64_t now) {
  uint32_t wait = 0;
  if (timing_.prefetch && line == line_ + 1) {
    wait = RestOfPrefetch(now);
    if (wait != 0 && instructions_.Touch(line)) wait = 0;
  } else if (!instructions_.Touch(line)) {
    // A cache makes prefetches rare, and whether one delays a miss is not known.
    const bool cached = timing_.instruction_lines != 0;
    wait = timing_.miss_cycles + (cached ? 0 : RestOfPrefetch(now));
    instructions_.Fill(line);
  }
  line_ = line;
  arrived_ = now + wait;
  return wait;
}

uint32_t FlashWait::Read(uint32_t address, uint32_t bytes, uint64_t now) {
  if (!waits()) return 0;
  LineCache& cache = timing_.unified ? instructions_ : data_;
  const bool cached = timing_.unified || timing_.data_lines != 0;
  const int shift = cached ? line_shift_ : 2;  // the bus is a word wide
  uint32_t stall = cached ? 0 : RestOfPrefetch(now);
  const auto last = static_cast<uint32_t>((uint64_t{address} + bytes - 1) >> shift);
  for (uint32_t line = address >> shift; line <= last; ++line) {
    if (cached && cache.Touch(line)) continue;
    stall += timing_.miss_cycles;
    if (cached) cache.Fill(line);
  }
  return stall;
}

}  // namespace atome::timing
