// The host's side of Arm semihosting. The guest reaches a console and its command line, nothing else.
//
// Operations, parameter blocks and results follow Arm's "Semihosting for AArch32 and AArch64" and, where that
// leaves room, QEMU 7.2, so that a firmware takes the same path in both emulators. Whatever would reach a
// file of the host returns -1 with errno 1 (EPERM); SYS_SYSTEM returns the status of a shell that could not
// be started. Our confined QEMU answers the same.
#ifndef ATOME_EMULATION_SEMIHOSTING_SEMIHOSTING_H_
#define ATOME_EMULATION_SEMIHOSTING_SEMIHOSTING_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "emulation/machine/guest_memory.h"

namespace atome::emulation {

struct Heap {  // SYS_HEAPINFO's answer; [begin, end)
  uint32_t begin = 0;
  uint32_t end = 0;
};

class Semihosting {
 public:
  enum class Verdict {
    kContinue,     // put `result` into R0 and go on
    kExit,         // see exit_code
    kUnsupported,  // no such operation
    kNoInput,      // waits for a key, and the console has none
    kOutputLimit,  // more than kOutputLimitBytes written
  };
  struct Reply {
    Verdict verdict = Verdict::kContinue;
    uint32_t result = 0;
    int exit_code = 0;  // as the firmware gave it
  };

  Semihosting(GuestMemory& memory, std::string command_line, Heap heap);

  // Whether the operation reads the guest's clock: SYS_CLOCK, SYS_TIME and SYS_ELAPSED.
  static bool NeedsTime(uint32_t operation);
  // One BKPT 0xAB with the operation in R0 and its parameter in R1. `now` is the guest's clock: the time
  // since its start, which began on 1970-01-01, so that runs are repeatable.
  Reply Call(uint32_t operation, uint32_t parameter, std::chrono::nanoseconds now = {});

  // A byte from elsewhere, as of a UART; false when there is no room for it.
  bool Print(char byte) { return Write({&byte, 1}, 0).verdict == Verdict::kContinue; }
  std::string TakeOutput() { return std::move(output_); }

 private:
  enum class Handle : uint8_t { kClosed, kInput, kOutput, kFeatures };
  struct OpenHandle {
    Handle kind = Handle::kClosed;
    uint32_t position = 0;  // of kFeatures
  };

  Handle KindOf(uint32_t handle) const;
  uint32_t Fail(uint32_t error);
  Reply Write(std::string_view text, uint32_t result);
  uint32_t Open(uint32_t name, uint32_t mode);
  uint32_t Close(uint32_t handle);
  Reply WriteTo(uint32_t handle, uint32_t address, uint32_t bytes);
  uint32_t ReadFrom(uint32_t handle, uint32_t address, uint32_t bytes);
  uint32_t Seek(uint32_t handle, uint32_t position);
  uint32_t FileLength(uint32_t handle);
  uint32_t CommandLine(uint32_t block, uint32_t buffer, uint32_t bytes);
  uint32_t HeapInfo(uint32_t block);
  uint32_t Elapsed(uint32_t block, uint64_t nanoseconds);
  static Reply Exit(uint32_t reason, uint32_t code);

  GuestMemory& memory_;
  std::string command_line_;
  Heap heap_;
  std::vector<OpenHandle> handles_;
  uint32_t errno_ = 0;
  std::string output_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SEMIHOSTING_SEMIHOSTING_H_
