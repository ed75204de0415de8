#include "emulation/unicorn/fault_registers.h"

#include "emulation/scene/fault_status.h"

namespace atome::emulation {

uint32_t FaultRegisters::Read(uint32_t offset) const {
  switch (offset) {
    case kCfsr:
      return cfsr_;
    case kHfsr:
      return hfsr_;
    case kMmfar:
      return mmfar_;
    case kBfar:
      return bfar_;
    default:
      return 0;
  }
}

void FaultRegisters::Write(uint32_t offset, uint32_t value, uint32_t lane) {
  uint32_t& address = offset == kMmfar ? mmfar_ : bfar_;
  if (offset == kCfsr)
    cfsr_ &= ~(value & lane);
  else if (offset == kHfsr)
    hfsr_ &= ~(value & lane);
  else
    address = (address & ~lane) | (value & lane);
}

void FaultRegisters::Record(const FaultStatus& status, bool forced) {
  cfsr_ |= status.cfsr;
  hfsr_ |= forced ? kHfsrForced : status.exception == FaultException::kHardFault ? status.hfsr : 0;
  if (status.bfar) bfar_ = *status.bfar;
}

}  // namespace atome::emulation
