#include "emulation/unicorn/counters.h"

namespace atome::emulation {
namespace {

constexpr uint32_t kTraceEnable = 1u << 24;      // DEMCR.TRCENA
constexpr uint32_t kCountEnable = 1u << 0;       // DWT_CTRL.CYCCNTENA
constexpr uint32_t kNoProfileCount = 1u << 24;   // DWT_CTRL.NOPRFCNT
constexpr uint32_t kNoCycleCount = 1u << 25;     // DWT_CTRL.NOCYCCNT
constexpr uint32_t kFourComparators = 4u << 28;  // as on Cortex-M3, M4 and M7

constexpr uint32_t kEnable = 1, kInterrupt = 2, kCoreClock = 4, kCountFlag = 1u << 16;
constexpr uint32_t kNoReference = 1u << 31;
constexpr uint32_t kCounterBits = 0x00FFFFFF;

}  // namespace

bool CycleCounter::running() const {
  return (debug_control_ & kTraceEnable) != 0 && (control_ & kCountEnable) != 0;
}

uint32_t CycleCounter::CountAt(Cycles now) const {
  return running() ? count_ + static_cast<uint32_t>(Count(now) - Count(since_)) : count_;
}

void CycleCounter::Restart(uint32_t count, Cycles now) {
  count_ = count;
  since_ = now;
}

std::array<uint64_t, CycleCounter::kProfiles> CycleCounter::Events(const timing::Moment& now) {
  return {now.more_cycles(), 0, 0, now.load_store, now.folded};
}

bool CycleCounter::Profiling(size_t counter) const {
  return (debug_control_ & kTraceEnable) != 0 && (control_ & kProfileEnable << counter) != 0;
}

uint32_t CycleCounter::Read(uint32_t offset, const timing::Moment& now) const {
  if (offset == kDebugControl) return debug_control_;
  if ((debug_control_ & kTraceEnable) == 0) return 0;  // the unit is off
  if (offset == kControl)
    return kFourComparators | (profiles_ ? 0 : kNoProfileCount) | (counts_ ? 0 : kNoCycleCount) | control_;
  if (offset == kCount) return CountAt(now.cycles);
  const size_t counter = (offset - kFirstProfile) / 4;
  const uint64_t since = Profiling(counter) ? Events(now)[counter] - events_[counter] : 0;
  return static_cast<uint8_t>(shown_[counter] + since);
}

void CycleCounter::Write(uint32_t offset, uint32_t value, const timing::Moment& now) {
  Restart(CountAt(now.cycles), now.cycles);
  const auto events = Events(now);
  for (size_t counter = 0; counter < kProfiles; ++counter) {
    if (Profiling(counter))
      shown_[counter] = static_cast<uint8_t>(shown_[counter] + events[counter] - events_[counter]);
    events_[counter] = events[counter];
  }
  if (offset == kDebugControl) {
    debug_control_ = value & kTraceEnable;
    return;
  }
  if ((debug_control_ & kTraceEnable) == 0) return;
  if (offset == kCount) {
    if (counts_) count_ = value;
  } else if (offset >= kFirstProfile) {
    shown_[(offset - kFirstProfile) / 4] = static_cast<uint8_t>(value);
  } else {
    const uint32_t before = control_;
    control_ = value & ((counts_ ? kCountEnable : 0) | (profiles_ ? kEnables : 0));
    for (size_t counter = 0; counter < kProfiles; ++counter) {
      if ((control_ & ~before & kProfileEnable << counter) != 0) shown_[counter] = 0;
    }
  }
}

// The counter goes down to 0, then takes the reload value in the cycle after. With a reload value of 0 it
// stays there.
void SysTick::Settle(Cycles now) {
  const uint64_t elapsed = Count(now) - Count(settled_);
  settled_ = now;
  if ((control_ & kEnable) == 0 || elapsed == 0) return;
  if (elapsed < current_) {
    current_ -= static_cast<uint32_t>(elapsed);
    return;
  }
  if (current_ != 0) reached_zero_ = true;
  if (reload_ == 0) {
    current_ = 0;
    return;
  }
  const uint64_t since_zero = elapsed - current_;
  if (since_zero > reload_) reached_zero_ = true;
  const uint64_t phase = since_zero % (uint64_t{reload_} + 1);
  current_ = phase == 0 ? 0 : static_cast<uint32_t>(reload_ + 1 - phase);
}

std::optional<Cycles> SysTick::NextInterrupt(Cycles now) const {
  if ((control_ & (kEnable | kInterrupt)) != (kEnable | kInterrupt)) return std::nullopt;
  if (current_ == 0 && reload_ == 0) return std::nullopt;
  const uint64_t first = Count(settled_) + (current_ != 0 ? current_ : uint64_t{reload_} + 1);
  if (first >= Count(now)) return Cycles{first};
  if (reload_ == 0) return std::nullopt;
  const uint64_t period = uint64_t{reload_} + 1;
  return Cycles{first + (Count(now) - first + period - 1) / period * period};
}

uint32_t SysTick::Read(uint32_t offset, Cycles now) {
  Settle(now);
  switch (offset) {
    case kControl: {
      const uint32_t flag = reached_zero_ ? kCountFlag : 0;
      reached_zero_ = false;
      return control_ | kCoreClock | flag;
    }
    case kReload:
      return reload_;
    case kCurrent:
      return current_;
    default:
      return kNoReference;
  }
}

void SysTick::Write(uint32_t offset, uint32_t value, Cycles now) {
  Settle(now);
  if (offset == kControl) {
    control_ = value & (kEnable | kInterrupt);
  } else if (offset == kReload) {
    reload_ = value & kCounterBits;
  } else if (offset == kCurrent) {  // any value clears it
    current_ = 0;
    reached_zero_ = false;
  }
}

}  // namespace atome::emulation
