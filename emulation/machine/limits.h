// Limits of one run that both emulators share.
#ifndef ATOME_EMULATION_MACHINE_LIMITS_H_
#define ATOME_EMULATION_MACHINE_LIMITS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace atome::emulation {

// Memory of the host for one run, which may be given less or more. A quarter of it is for what is remembered
// of code, which is dropped when that is full; five eighths are for what has to be kept: output, marks,
// files.
inline constexpr uint64_t kMemoryLimitBytes = uint64_t{512} << 20;
inline constexpr uint64_t kLeastMemoryLimitBytes = uint64_t{64} << 20;

// What one run may take of the host. Loading counts, and so do the repetitions of a run.
struct RunLimits {
  RunLimits() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): most callers limit the time alone
  RunLimits(std::chrono::milliseconds most_time, uint64_t most_bytes = kMemoryLimitBytes)
      : time(most_time), memory_bytes(most_bytes) {}

  std::chrono::milliseconds time{300'000};
  uint64_t memory_bytes = kMemoryLimitBytes;
};

inline constexpr size_t kMaxMarks = size_t{4} << 20;
// The code that one run may execute, by blocks, some of which overlap: twice the largest flash. A program
// that keeps rewriting its code would never end.
inline constexpr size_t kMaxCodeBytes = size_t{8} << 20;
inline constexpr size_t kMaxCommandLineBytes = 64 << 10;
inline constexpr size_t kOutputLimitBytes = size_t{64} << 20;  // to the console
inline constexpr size_t kInputLimitBytes = size_t{64} << 20;
// Of a granted folder: what a run may read and write in all, how many files it may use, and have open.
inline constexpr uint64_t kFileLimitBytes = uint64_t{64} << 20;
inline constexpr size_t kMaxFiles = 4096;

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_LIMITS_H_
