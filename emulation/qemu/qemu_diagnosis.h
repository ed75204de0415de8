// How a guest ended, by QEMU's own messages.
#ifndef ATOME_EMULATION_QEMU_QEMU_DIAGNOSIS_H_
#define ATOME_EMULATION_QEMU_QEMU_DIAGNOSIS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulation/scene/fault.h"

namespace atome::emulation {

// The first fault of the chain at the end of a `-d int` log: a fault without a handler leads to a second one
// and to a lock-up. `pc` is not in the log.
struct LoggedFault {
  FaultKind kind = FaultKind::kUnknown;
  std::optional<uint32_t> address;
  uint32_t arm_state_faults = 0;  // faults of instructions "begun" in Arm state, this one and those after it
};
std::optional<LoggedFault> ParseExceptionLog(std::string_view log);

// What QEMU printed when it gave up on the guest, with the registers.
struct Abort {
  size_t offset = 0;           // where it begins in the console's output
  std::string message;         // its first line
  std::optional<uint32_t> pc;  // R15
  std::optional<uint32_t> unsupported_semihosting;
};
std::optional<Abort> ParseAbort(std::string_view output);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_QEMU_QEMU_DIAGNOSIS_H_
