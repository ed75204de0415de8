// The exceptions of a Cortex-M: what is pending, active and enabled, and which comes next. The registers of
// the NVIC and of the System Control Block that show and set it (Armv7-M Architecture Reference Manual, B1.5,
// B3.2 and B3.4; Armv6-M: B1.5). Knows no emulator, no memory and no time.
#ifndef ATOME_EMULATION_UNICORN_EXCEPTIONS_H_
#define ATOME_EMULATION_UNICORN_EXCEPTIONS_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>

namespace atome::emulation {

// Numbers of exceptions; external interrupt n is kExternal + n.
enum ExceptionNumber : unsigned {
  kReset = 1,
  kNmi = 2,
  kHardFault = 3,
  kMemManage = 4,
  kBusFault = 5,
  kUsageFault = 6,
  kSvCall = 11,
  kPendSv = 14,
  kSysTick = 15,
  kExternal = 16,
};

// The special registers that hold exceptions back.
struct ExceptionMasks {
  bool primask = false;
  bool faultmask = false;
  uint8_t basepri = 0;  // 0: none
};

class Exceptions {
 public:
  static constexpr unsigned kInterrupts = 240;
  static constexpr uint32_t kShcsr = 0xED24;

  // Armv6-M has 32 interrupts, two bits of priority, and no BASEPRI, FAULTMASK, grouping or configurable
  // faults; Armv7-M here has four bits of priority, as most chips do.
  explicit Exceptions(bool armv6m) : armv6m_(armv6m) {}

  // Offsets from the private peripheral bus's start, of words.
  static bool Has(uint32_t offset);
  uint32_t Read(uint32_t offset) const;
  // `lane`: the bits that are written.
  void Write(uint32_t offset, uint32_t value, uint32_t lane);

  void Pend(unsigned number) {
    pending_.set(number);
    Rank();
  }
  bool pending() const { return pending_.any(); }
  bool IsActive(unsigned number) const { return active_.test(number); }
  bool any_active() const { return active_.any(); }
  // The number in IPSR while a handler runs; 0: thread.
  unsigned current() const { return current_; }

  // Whether it would run at once if it were pending: it is enabled, and nothing holds it back.
  bool CanTake(unsigned number, const ExceptionMasks& masks) const;
  // The pending exception that runs before anything else does, when no mask holds it back.
  std::optional<unsigned> Next(const ExceptionMasks& masks) const;
  // The same as if nothing were masked by PRIMASK: what wakes a sleeping core.
  std::optional<unsigned> Wakes(const ExceptionMasks& masks) const;

  void Enter(unsigned number);
  // Ends `number`; the core returns to `to`, another active exception or 0.
  void Leave(unsigned number, unsigned to);

 private:
  static constexpr unsigned kCount = kExternal + kInterrupts;
  static constexpr int kThread = 256;  // below every priority

  unsigned count() const { return armv6m_ ? kExternal + 32 : kCount; }
  uint8_t priority_bits() const { return armv6m_ ? 0xC0 : 0xF0; }
  bool IsConfigurable(unsigned number) const;
  // Of the group, which alone decides preemption. Negative: fixed.
  int GroupPriority(unsigned number) const;
  int Priority(unsigned number) const;
  int MaskedAt(const ExceptionMasks& masks) const;
  bool IsEnabled(unsigned number) const;
  // Finds first_ and running_, which are asked for more often than they change.
  void Rank();
  void WriteWord(uint32_t offset, uint32_t value, uint32_t lane);
  uint32_t Word(const std::bitset<kCount>& bits, unsigned word) const;
  uint32_t SystemHandlers() const;

  bool armv6m_;
  std::bitset<kCount> pending_;
  std::bitset<kCount> active_;
  std::bitset<kCount> enabled_;             // of external ones and of faults that have a handler of their own
  std::array<uint8_t, kCount> priority_{};  // of configurable ones
  unsigned current_ = 0;
  std::optional<unsigned> first_;  // of the pending ones that are enabled
  int running_ = kThread;          // the highest group priority among the active ones
  unsigned group_ = 0;             // AIRCR.PRIGROUP
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_EXCEPTIONS_H_
