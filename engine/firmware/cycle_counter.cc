#include "engine/firmware/cycle_counter.h"

#include <stdint.h>

#include "engine/firmware/line.h"

namespace atome {
namespace {

volatile uint32_t& Register(uintptr_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }

#if __ARM_ARCH == 6

// SysTick, Armv6-M Architecture Reference Manual B3.3: 24 bits, counts down from its reload value.
constexpr uintptr_t kControl = 0xE000E010, kReload = 0xE000E014, kCurrent = 0xE000E018;
constexpr uint32_t kTop = 0xFFFFFF;

bool SwitchOn() {
  Register(kReload) = kTop;
  Register(kCurrent) = 0;
  Register(kControl) = 1u << 2 | 1u << 0;  // the core's clock; on
  return (Register(kControl) & 1) != 0;
}

// Writing the current value clears it and COUNTFLAG; the next cycle loads the reload value.
uint32_t Reset() {
  Register(kCurrent) = 0;
  return 0;
}

// kTop + 1 when it passed 0, which COUNTFLAG tells.
[[gnu::noinline]] uint32_t Since(uint32_t) {
  const uint32_t current = Register(kCurrent);
  return (Register(kControl) >> 16 & 1) != 0 ? kTop + 1 : kTop - current;
}

#else

// DWT, Armv7-M Architecture Reference Manual C1.8, behind DEMCR.TRCENA.
constexpr uintptr_t kDebugControl = 0xE000EDFC, kControl = 0xE0001000, kCycles = 0xE0001004;
constexpr uint32_t kTop = 0xFFFFFFFF;  // more cannot be told from a count that wrapped

bool SwitchOn() {
  Register(kDebugControl) = Register(kDebugControl) | 1u << 24;
  Register(kControl) = Register(kControl) | 1u;
  return (Register(kControl) & (1u << 25 | 1u)) == 1;  // NOCYCCNT is 0, CYCCNTENA stayed 1
}

uint32_t Reset() { return Register(kCycles); }
uint32_t Since(uint32_t begin) { return Register(kCycles) - begin; }

#endif

constexpr const char* kUnavailable = "cycles unavailable";

constexpr uint32_t kRounds = 1000;  // of two instructions

// Never inlined: each call must be the same instructions at the same addresses.
[[gnu::noinline]] uint32_t CountLoop() {
  const uint32_t begin = Reset();
  uint32_t left = kRounds;
  asm volatile(
      ".syntax unified\n"
      ".balign 8\n"
      "1: subs %0, #1\n"
      "bne 1b\n"
      : "+l"(left)
      :
      : "cc");
  return Since(begin);
}

// The Cortex-M7, part 0xC27, issues two instructions a cycle; the others at most one.
uint32_t LeastCycles() {
#if __ARM_ARCH != 6
  constexpr uintptr_t kCpuid = 0xE000ED00;
  if ((Register(kCpuid) >> 4 & 0xFFF) == 0xC27) return kRounds;
#endif
  return 2 * kRounds;
}

}  // namespace

void CycleCounter::Start() {
  if (!SwitchOn()) {
    reason_ = "there is no counter";
    return;
  }
  CountLoop();  // fills the branch predictor, where there is one
  const uint32_t first = CountLoop();
  const uint32_t second = CountLoop();
  const uint32_t third = CountLoop();
  if (first != second || second != third) {
    reason_ = "another clock";
  } else if (first == 0) {
    reason_ = "it stands still";
  } else if (first < LeastCycles()) {
    reason_ = "too few";
  }
}

void CycleCounter::Begin() { begin_ = Reset(); }

void CycleCounter::End() { cycles_ = Since(begin_); }

void CycleCounter::Print() {
  if (reason_ != nullptr) {
    line.Text(kUnavailable);
    return;
  }
  line.Text("cycles ");
  if (cycles_ > kTop) line.Text("over ");
  line.Decimal(cycles_ > kTop ? kTop : cycles_);
}

void CycleCounter::PrintReason() {
  if (reason_ != nullptr) line.Text(kUnavailable).Text(": ").Text(reason_).End();
}

}  // namespace atome
