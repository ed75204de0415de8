#include "emulation/unicorn/counters.h"

namespace atome::emulation {
namespace {

constexpr uint32_t kTraceEnable = 1u << 24;      // DEMCR.TRCENA
constexpr uint32_t kCountEnable = 1u << 0;       // DWT_CTRL.CYCCNTENA
constexpr uint32_t kNoProfileCount = 1u << 24;   // DWT_CTRL.NOPRFCNT
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

uint32_t CycleCounter::Read(uint32_t offset, Cycles now) const {
  if (offset == kDebugControl) return debug_control_;
  if ((debug_control_ & kTraceEnable) == 0) return 0;  // the unit is off
  return offset == kControl ? kFourComparators | kNoProfileCount | control_ : CountAt(now);
}

void CycleCounter::Write(uint32_t offset, uint32_t value, Cycles now) {
  Restart(CountAt(now), now);
  if (offset == kDebugControl) {
    debug_control_ = value & kTraceEnable;
  } else if ((debug_control_ & kTraceEnable) != 0) {
    if (offset == kControl)
      control_ = value & kCountEnable;
    else
      count_ = value;
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
