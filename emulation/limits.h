// Limits of one run that both emulators share.
#ifndef ATOME_EMULATION_LIMITS_H_
#define ATOME_EMULATION_LIMITS_H_

#include <cstddef>

namespace atome::emulation {

inline constexpr size_t kMaxMarks = size_t{4} << 20;
inline constexpr size_t kMaxCommandLineBytes = 64 << 10;

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_LIMITS_H_
