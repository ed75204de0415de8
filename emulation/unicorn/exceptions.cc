#include "emulation/unicorn/exceptions.h"

#include <algorithm>

namespace atome::emulation {
namespace {

constexpr uint32_t kIctr = 0xE004;
constexpr uint32_t kIser = 0xE100, kIcer = 0xE180, kIspr = 0xE200, kIcpr = 0xE280, kIabr = 0xE300,
                   kIpr = 0xE400;
constexpr uint32_t kIcsr = 0xED04, kAircr = 0xED0C, kShpr = 0xED18, kStir = 0xEF00;
constexpr uint32_t kWords = 0x20;  // of one register for all interrupts, in bytes

constexpr uint32_t kNmiPendSet = 1u << 31, kPendSvSet = 1u << 28, kPendSvClear = 1u << 27,
                   kPendStSet = 1u << 26, kPendStClear = 1u << 25, kIsrPending = 1u << 22,
                   kReturnToBase = 1u << 11;
constexpr uint32_t kAircrKey = 0x05FA0000, kAircrKeyRead = 0xFA050000;

// SHCSR: a handler's bits that say active, pending and enabled.
struct SystemHandler {
  unsigned number, active, pending;
  int enabled;  // -1: always
};
constexpr SystemHandler kSystemHandlers[] = {{kMemManage, 0, 13, 16},  {kBusFault, 1, 14, 17},
                                             {kUsageFault, 3, 12, 18}, {kSvCall, 7, 15, -1},
                                             {kPendSv, 10, 0, -1},     {kSysTick, 11, 0, -1}};

bool Within(uint32_t offset, uint32_t base, uint32_t bytes) { return offset - base < bytes; }

}  // namespace

bool Exceptions::Has(uint32_t offset) {
  return offset == kIctr || offset == kIcsr || offset == kAircr || offset == kShcsr || offset == kStir ||
         Within(offset, kShpr, 12) || Within(offset, kIser, kWords) || Within(offset, kIcer, kWords) ||
         Within(offset, kIspr, kWords) || Within(offset, kIcpr, kWords) || Within(offset, kIabr, kWords) ||
         Within(offset, kIpr, kInterrupts);
}

uint32_t Exceptions::Word(const std::bitset<kCount>& bits, unsigned word) const {
  uint32_t value = 0;
  for (unsigned k = 0; k < 32; ++k) {
    const unsigned number = kExternal + 32 * word + k;
    if (number < count() && bits.test(number)) value |= 1u << k;
  }
  return value;
}

uint32_t Exceptions::SystemHandlers() const {
  uint32_t value = 0;
  for (const SystemHandler& handler : kSystemHandlers) {
    if (active_.test(handler.number)) value |= 1u << handler.active;
    if (handler.pending != 0 && pending_.test(handler.number)) value |= 1u << handler.pending;
    if (handler.enabled >= 0 && enabled_.test(handler.number)) value |= 1u << handler.enabled;
  }
  return value;
}

uint32_t Exceptions::Read(uint32_t offset) const {
  if (offset == kShcsr) return armv6m_ ? 0 : SystemHandlers();
  if (offset == kIctr) return armv6m_ ? 0 : kInterrupts / 32;
  if (offset == kAircr) return kAircrKeyRead | group_ << 8;
  if (offset == kIcsr) {
    bool external = false;
    for (unsigned number = kExternal; number < count(); ++number) external |= pending_.test(number);
    const bool base = active_.count() <= 1;
    return current_ | (base && !armv6m_ ? kReturnToBase : 0) | first_.value_or(0) << 12 |
           (external ? kIsrPending : 0) | (pending_.test(kSysTick) ? kPendStSet : 0) |
           (pending_.test(kPendSv) ? kPendSvSet : 0) | (pending_.test(kNmi) ? kNmiPendSet : 0);
  }
  if (Within(offset, kShpr, 12) || Within(offset, kIpr, kInterrupts)) {
    const unsigned first = offset >= kShpr ? offset - kShpr + kMemManage : offset - kIpr + kExternal;
    uint32_t value = 0;
    for (unsigned k = 0; k < 4; ++k) value |= uint32_t{priority_[first + k]} << (8 * k);
    return value;
  }
  if (Within(offset, kIser, kWords)) return Word(enabled_, (offset - kIser) / 4);
  if (Within(offset, kIcer, kWords)) return Word(enabled_, (offset - kIcer) / 4);
  if (Within(offset, kIspr, kWords)) return Word(pending_, (offset - kIspr) / 4);
  if (Within(offset, kIcpr, kWords)) return Word(pending_, (offset - kIcpr) / 4);
  if (Within(offset, kIabr, kWords) && !armv6m_) return Word(active_, (offset - kIabr) / 4);
  return 0;
}

void Exceptions::Write(uint32_t offset, uint32_t value, uint32_t lane) {
  WriteWord(offset, value, lane);
  Rank();
}

void Exceptions::WriteWord(uint32_t offset, uint32_t value, uint32_t lane) {
  value &= lane;
  if (offset == kIcsr) {
    if ((value & kNmiPendSet) != 0) pending_.set(kNmi);
    if ((value & kPendSvSet) != 0) pending_.set(kPendSv);
    if ((value & kPendSvClear) != 0) pending_.reset(kPendSv);
    if ((value & kPendStSet) != 0) pending_.set(kSysTick);
    if ((value & kPendStClear) != 0) pending_.reset(kSysTick);
    return;
  }
  if (offset == kShcsr) {
    for (const SystemHandler& handler : kSystemHandlers) {
      if (handler.enabled >= 0 && (lane >> handler.enabled & 1) != 0 && !armv6m_)
        enabled_.set(handler.number, (value >> handler.enabled & 1) != 0);
    }
    return;
  }
  if (offset == kAircr) {
    if ((value & 0xFFFF0000) == kAircrKey && !armv6m_) group_ = value >> 8 & 7;
    return;
  }
  if (offset == kStir) {
    const unsigned number = kExternal + (value & 0x1FF);
    if (!armv6m_ && number < count()) pending_.set(number);
    return;
  }
  if (Within(offset, kShpr, 12) || Within(offset, kIpr, kInterrupts)) {
    const unsigned first = offset >= kShpr ? offset - kShpr + kMemManage : offset - kIpr + kExternal;
    for (unsigned k = 0; k < 4; ++k) {
      if ((lane >> (8 * k) & 0xFF) != 0 && IsConfigurable(first + k))
        priority_[first + k] = static_cast<uint8_t>(value >> (8 * k)) & priority_bits();
    }
    return;
  }
  const auto each = [this, value](unsigned word, auto change) {
    for (unsigned k = 0; k < 32; ++k) {
      const unsigned number = kExternal + 32 * word + k;
      if ((value >> k & 1) != 0 && number < count()) change(number);
    }
  };
  if (Within(offset, kIser, kWords)) each((offset - kIser) / 4, [this](unsigned n) { enabled_.set(n); });
  if (Within(offset, kIcer, kWords)) each((offset - kIcer) / 4, [this](unsigned n) { enabled_.reset(n); });
  if (Within(offset, kIspr, kWords)) each((offset - kIspr) / 4, [this](unsigned n) { pending_.set(n); });
  if (Within(offset, kIcpr, kWords)) each((offset - kIcpr) / 4, [this](unsigned n) { pending_.reset(n); });
}

bool Exceptions::IsConfigurable(unsigned number) const {
  constexpr unsigned kDebugMonitor = 12;
  if (number >= kExternal) return number < count();
  if (number == kSvCall || number == kPendSv || number == kSysTick) return true;
  return !armv6m_ && (number == kDebugMonitor || (number >= kMemManage && number <= kUsageFault));
}

int Exceptions::Priority(unsigned number) const {
  switch (number) {
    case kReset:
      return -3;
    case kNmi:
      return -2;
    case kHardFault:
      return -1;
    default:
      return priority_[number];
  }
}

int Exceptions::GroupPriority(unsigned number) const {
  const int priority = Priority(number);
  return priority < 0 ? priority : priority & ~((2 << group_) - 1);
}

bool Exceptions::IsEnabled(unsigned number) const {
  const bool switched = number >= kExternal || (number >= kMemManage && number <= kUsageFault);
  return !switched || enabled_.test(number);
}

void Exceptions::Rank() {
  first_.reset();
  running_ = kThread;
  for (unsigned number = kNmi; number < count(); ++number) {
    if (active_.test(number)) running_ = std::min(running_, GroupPriority(number));
    if (!pending_.test(number) || !IsEnabled(number)) continue;
    if (!first_ || Priority(number) < Priority(*first_)) first_ = number;
  }
}

int Exceptions::MaskedAt(const ExceptionMasks& masks) const {
  int at = running_;
  if (masks.basepri != 0 && !armv6m_) at = std::min(at, masks.basepri & ~((2 << group_) - 1) & 0xFF);
  if (masks.primask) at = std::min(at, 0);
  if (masks.faultmask) at = std::min(at, -1);
  return at;
}

bool Exceptions::CanTake(unsigned number, const ExceptionMasks& masks) const {
  return IsEnabled(number) && GroupPriority(number) < MaskedAt(masks);
}

std::optional<unsigned> Exceptions::Next(const ExceptionMasks& masks) const {
  return first_ && GroupPriority(*first_) < MaskedAt(masks) ? first_ : std::nullopt;
}

std::optional<unsigned> Exceptions::Wakes(const ExceptionMasks& masks) const {
  ExceptionMasks open = masks;
  open.primask = false;
  return Next(open);
}

void Exceptions::Enter(unsigned number) {
  pending_.reset(number);
  active_.set(number);
  current_ = number;
  Rank();
}

void Exceptions::Leave(unsigned number, unsigned to) {
  active_.reset(number);
  current_ = to;
  Rank();
}

}  // namespace atome::emulation
