// Limits of one run that both emulators share.
#ifndef ATOME_EMULATION_MACHINE_LIMITS_H_
#define ATOME_EMULATION_MACHINE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace atome::emulation {

inline constexpr size_t kMaxMarks = size_t{4} << 20;
// The code that one run may execute, by blocks, some of which overlap: twice the largest flash. A program
// that keeps rewriting its code would never end.
inline constexpr size_t kMaxCodeBytes = size_t{8} << 20;
inline constexpr size_t kMaxCommandLineBytes = 64 << 10;
inline constexpr size_t kOutputLimitBytes = size_t{64} << 20;  // to the console
inline constexpr size_t kInputLimitBytes = size_t{64} << 20;
// Of a granted folder: what a run may read and write in all, how many files it may use, and have open.
inline constexpr uint64_t kFileLimitBytes = uint64_t{256} << 20;
inline constexpr size_t kMaxFiles = 4096;

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_LIMITS_H_
