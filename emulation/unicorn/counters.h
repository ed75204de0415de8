// The counters that firmware reads: the DWT's CYCCNT and profiling counters, and SysTick. They run on
// modelled cycles, which the caller gives as `now`; it never goes back.
#ifndef ATOME_EMULATION_UNICORN_COUNTERS_H_
#define ATOME_EMULATION_UNICORN_COUNTERS_H_

#include <array>
#include <cstdint>
#include <optional>

#include "emulation/base/counts.h"
#include "emulation/timing/cycle_model.h"

namespace atome::emulation {

// DWT_CTRL, DWT_CYCCNT, the profiling counters and the enabling bit of DEMCR (Armv7-M Architecture Reference
// Manual, C1.6.5 and C1.8). CPICNT, LSUCNT and FOLDCNT are of 8 bits each, with an enabling bit in CTRL that
// starts them from 0; EXCCNT and SLEEPCNT stay 0. Where they are not counted CTRL.NOPRFCNT says so, and
// CTRL.NOCYCCNT where cycles are not, whose counter then reads 0.
class CycleCounter {
 public:
  explicit CycleCounter(bool profiles = false, bool counts = true) : profiles_(profiles), counts_(counts) {}
  bool counts() const { return counts_; }

  static constexpr uint32_t kControl = 0x1000, kCount = 0x1004,
                            kDebugControl = 0xEDFC;  // from the PPB's start
  static constexpr bool Has(uint32_t offset) {
    return (offset >= kControl && offset <= kLastProfile) || offset == kDebugControl;
  }

  // Whether a read there, or a write of `value`, needs more of the moment than its cycles.
  static constexpr bool CountsEvents(uint32_t offset, uint32_t value) {
    return (offset >= kFirstProfile && offset <= kLastProfile) ||
           (offset == kControl && (value & kEnables) != 0);
  }

  uint32_t Read(uint32_t offset, const timing::Moment& now) const;
  void Write(uint32_t offset, uint32_t value, const timing::Moment& now);

 private:
  static constexpr uint32_t kFirstProfile = 0x1008, kLastProfile = 0x1018;
  static constexpr size_t kProfiles = 5;                // CPICNT, EXCCNT, SLEEPCNT, LSUCNT, FOLDCNT
  static constexpr uint32_t kProfileEnable = 1u << 17;  // of the first, in CTRL
  static constexpr uint32_t kEnables = ((1u << kProfiles) - 1) * kProfileEnable;

  static std::array<uint64_t, kProfiles> Events(const timing::Moment& now);
  bool running() const;
  bool Profiling(size_t counter) const;
  uint32_t CountAt(Cycles now) const;
  void Restart(uint32_t count, Cycles now);

  uint32_t debug_control_ = 0;
  uint32_t control_ = 0;
  uint32_t count_ = 0;  // at `since_`; the count itself while stopped
  Cycles since_{};      // when it was started or written
  bool profiles_;
  bool counts_;
  // Of each profiling counter: what it showed, and the events then, when it was last started, stopped or
  // written.
  std::array<uint8_t, kProfiles> shown_{};
  std::array<uint64_t, kProfiles> events_{};
};

// SYST_CSR, RVR, CVR and CALIB (B3.3). Counts the core's cycles. There is no reference clock: CSR.CLKSOURCE
// stays 1 and CALIB.NOREF is set.
class SysTick {
 public:
  static constexpr uint32_t kControl = 0xE010, kReload = 0xE014, kCurrent = 0xE018, kCalibration = 0xE01C;
  static constexpr bool Has(uint32_t offset) { return offset >= kControl && offset <= kCalibration; }

  // When it next counts down to 0 and interrupts; nothing while it does not, or TICKINT is not set. At `now`
  // or later.
  std::optional<Cycles> NextInterrupt(Cycles now) const;

  // Reading the control register clears COUNTFLAG.
  uint32_t Read(uint32_t offset, Cycles now);
  void Write(uint32_t offset, uint32_t value, Cycles now);

 private:
  // Brings current_ and reached_zero_ up to `now`.
  void Settle(Cycles now);

  uint32_t control_ = 0;  // ENABLE and TICKINT
  uint32_t reload_ = 0;
  uint32_t current_ = 0;
  bool reached_zero_ = false;
  Cycles settled_{};
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_COUNTERS_H_
