// Limits of one run that both emulators share.
#ifndef ATOME_EMULATION_MACHINE_LIMITS_H_
#define ATOME_EMULATION_MACHINE_LIMITS_H_

#include <cstddef>

namespace atome::emulation {

inline constexpr size_t kMaxMarks = size_t{4} << 20;
// Of code that one run may execute, by blocks, of which some overlap: twice the largest flash. A program that
// keeps rewriting its code would go on for ever.
inline constexpr size_t kMaxCodeBytes = size_t{8} << 20;
inline constexpr size_t kMaxCommandLineBytes = 64 << 10;
inline constexpr size_t kOutputLimitBytes = size_t{64} << 20;  // through semihosting

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_LIMITS_H_
