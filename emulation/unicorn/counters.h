// The two cycle counters that firmware reads: the DWT's CYCCNT and SysTick. Both run on modelled cycles,
// which the caller gives as `now`; it never goes back.
#ifndef ATOME_EMULATION_UNICORN_COUNTERS_H_
#define ATOME_EMULATION_UNICORN_COUNTERS_H_

#include <cstdint>

#include "emulation/base/counts.h"

namespace atome::emulation {

// DWT_CTRL, DWT_CYCCNT and the enabling bit of DEMCR (Armv7-M Architecture Reference Manual, C1.6.5 and
// C1.8). CPICNT, LSUCNT and FOLDCNT are not counted, and CTRL.NOPRFCNT says so to the program.
class CycleCounter {
 public:
  static constexpr uint32_t kControl = 0x1000, kCount = 0x1004,
                            kDebugControl = 0xEDFC;  // from the PPB's start
  static constexpr bool Has(uint32_t offset) {
    return offset == kControl || offset == kCount || offset == kDebugControl;
  }

  uint32_t Read(uint32_t offset, Cycles now) const;
  void Write(uint32_t offset, uint32_t value, Cycles now);

 private:
  bool running() const;
  uint32_t CountAt(Cycles now) const;
  void Restart(uint32_t count, Cycles now);

  uint32_t debug_control_ = 0;
  uint32_t control_ = 0;
  uint32_t count_ = 0;  // at `since_`; the count itself while stopped
  Cycles since_{};      // when it was started or written
};

// SYST_CSR, RVR, CVR and CALIB (B3.3). Counts the core's cycles. There is no reference clock: CSR.CLKSOURCE
// stays 1 and CALIB.NOREF is set. Raises no exception; TICKINT is only stored.
class SysTick {
 public:
  static constexpr uint32_t kControl = 0xE010, kReload = 0xE014, kCurrent = 0xE018, kCalibration = 0xE01C;
  static constexpr bool Has(uint32_t offset) { return offset >= kControl && offset <= kCalibration; }

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
