// Rounded shifts to the right.
#ifndef ATOME_ENGINE_F32_SMALL_DROP_H_
#define ATOME_ENGINE_F32_SMALL_DROP_H_

#include <stdint.h>

namespace atome {

// v / 2^n rounded, n as at most 31; v * 2^-n for n under 0, -n as at most 31.
[[gnu::noinline]] inline int32_t DropRounded(int32_t v, int32_t n) {
  if (n <= 0) return static_cast<int32_t>(static_cast<uint32_t>(v) << (n < -31 ? 31 : -n));
  if (n > 31) n = 31;
  return (v + (1 << (n - 1))) >> n;
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_DROP_H_
