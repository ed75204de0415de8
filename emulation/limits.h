// Limits of one run that both emulators share.
#ifndef ATOME_EMULATION_LIMITS_H_
#define ATOME_EMULATION_LIMITS_H_

#include <cstddef>

namespace atome::emulation {

inline constexpr size_t kMaxMarks = size_t{4} << 20;
// Blocks of code that one run may execute; a program that keeps rewriting its code would go on for ever.
inline constexpr size_t kMaxBlocks = size_t{1} << 20;
inline constexpr size_t kMaxCommandLineBytes = 64 << 10;

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_LIMITS_H_
