// The fault status and fault address registers (Armv7-M Architecture Reference Manual, B3.2.15 to B3.2.18).
#ifndef ATOME_EMULATION_UNICORN_FAULT_REGISTERS_H_
#define ATOME_EMULATION_UNICORN_FAULT_REGISTERS_H_

#include <cstdint>

#include "emulation/scene/scene.h"

namespace atome::emulation {

class FaultRegisters {
 public:
  static constexpr uint32_t kCfsr = 0xED28, kHfsr = 0xED2C, kMmfar = 0xED34, kBfar = 0xED38;
  // Offsets from the start of the private peripheral bus, of words.
  static constexpr bool Has(uint32_t offset) {
    return offset == kCfsr || offset == kHfsr || offset == kMmfar || offset == kBfar;
  }

  uint32_t Read(uint32_t offset) const;
  // Status bits are cleared by writing ones. `lane`: the bits that are written.
  void Write(uint32_t offset, uint32_t value, uint32_t lane);
  // Adds a fault to those that the program has not cleared; `forced`: it escalated to HardFault.
  void Record(const FaultStatus& status, bool forced);

 private:
  uint32_t cfsr_ = 0;
  uint32_t hfsr_ = 0;
  uint32_t mmfar_ = 0;
  uint32_t bfar_ = 0;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_FAULT_REGISTERS_H_
