// The private peripheral bus of a Cortex-M: system control registers at their architectural addresses.
#ifndef ATOME_EMULATION_PPB_H_
#define ATOME_EMULATION_PPB_H_

#include <cstdint>

#include "emulation/core.h"

namespace atome::emulation {

inline constexpr uint32_t kPpbAddress = 0xE0000000;
inline constexpr uint32_t kPpbBytes = 0x00100000;

// CPUID, VTOR and CPACR are kept; every other register reads 0 and ignores writes. One per run.
class Ppb {
 public:
  explicit Ppb(const Core& core);

  // `offset` from kPpbAddress; `bytes` is 1, 2 or 4.
  uint32_t Read(uint32_t offset, unsigned bytes) const;
  void Write(uint32_t offset, unsigned bytes, uint32_t value);

  // Whether CPACR lets the program use the FPU; false on a core that has none.
  bool fpu_enabled() const;
  // The firmware asked for a system reset through AIRCR.
  bool reset_requested() const { return reset_requested_; }

 private:
  uint32_t Register(uint32_t offset) const;

  const Core& core_;
  uint32_t vtor_ = 0;
  uint32_t cpacr_ = 0;
  bool reset_requested_ = false;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_PPB_H_
