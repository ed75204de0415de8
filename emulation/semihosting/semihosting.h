// The host's side of Arm semihosting. The guest reaches a console, its command line and the files of the
// folder that it was granted, nothing else.
//
// Operations, parameter blocks and results follow Arm's "Semihosting for AArch32 and AArch64" and, where that
// leaves room, QEMU 7.2, so that a firmware takes the same path in both emulators. Without a folder whatever
// would reach a file of the host returns -1 with errno 1 (EPERM); SYS_SYSTEM returns the status of a shell
// that could not be started. Our confined QEMU answers the same.
#ifndef ATOME_EMULATION_SEMIHOSTING_SEMIHOSTING_H_
#define ATOME_EMULATION_SEMIHOSTING_SEMIHOSTING_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/machine/console.h"
#include "emulation/machine/guest_memory.h"
#include "emulation/semihosting/guest_files.h"

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
    kNoInput,      // waits for a key, and the console has no input
    kOutputLimit,  // more than kOutputLimitBytes written
  };
  struct Reply {
    Verdict verdict = Verdict::kContinue;
    uint32_t result = 0;
    int exit_code = 0;  // as the firmware gave it
  };

  // `folder` may be nullptr. All but the last two must outlive this.
  Semihosting(GuestMemory& memory, Console& console, const GrantedFolder* folder, std::string command_line,
              Heap heap);

  // Whether the operation reads the guest's clock: SYS_CLOCK, SYS_TIME and SYS_ELAPSED.
  static bool NeedsTime(uint32_t operation);
  // One BKPT 0xAB with the operation in R0 and its parameter in R1. `now` is the guest's clock: the time
  // since its start, which began on 1970-01-01, so that runs are repeatable.
  Reply Call(uint32_t operation, uint32_t parameter, std::chrono::nanoseconds now = {});

  uint64_t file_bytes() const { return files_.bytes(); }
  FileChanges TakeFileChanges() { return files_.TakeChanges(); }

 private:
  enum class Handle : uint8_t { kClosed, kInput, kOutput, kFeatures, kFile };
  struct OpenHandle {
    Handle kind = Handle::kClosed;
    uint32_t position = 0;  // of kFeatures
    GuestFiles::Handle file;
  };

  Handle KindOf(uint32_t handle) const;
  uint32_t Fail(uint32_t error);
  // 0, or -1 for an error.
  uint32_t Done(uint32_t error) { return error == 0 ? 0 : Fail(error); }
  Reply Write(std::string_view text, uint32_t result);
  uint32_t Open(uint32_t name, uint32_t mode);
  uint32_t Close(uint32_t handle);
  Reply WriteTo(uint32_t handle, uint32_t address, uint32_t bytes);
  uint32_t ReadFrom(uint32_t handle, uint32_t address, uint32_t bytes);
  std::string_view Take(OpenHandle& handle, uint32_t bytes);
  uint32_t Seek(uint32_t handle, uint32_t position);
  uint32_t FileLength(uint32_t handle);
  uint32_t Remove(uint32_t name);
  uint32_t Rename(uint32_t from, uint32_t to);
  uint32_t TemporaryName(uint32_t buffer, uint32_t id, uint32_t bytes);
  Reply ReadKey();
  uint32_t CommandLine(uint32_t block, uint32_t buffer, uint32_t bytes);
  uint32_t HeapInfo(uint32_t block);
  uint32_t Elapsed(uint32_t block, uint64_t nanoseconds);
  static Reply Exit(uint32_t reason, uint32_t code);

  GuestMemory& memory_;
  Console& console_;
  GuestFiles files_;
  std::string command_line_;
  Heap heap_;
  std::vector<OpenHandle> handles_;
  uint32_t errno_ = 0;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SEMIHOSTING_SEMIHOSTING_H_
