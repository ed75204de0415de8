// Comparison of bytes, in place of a C library's.
#ifndef ATOME_ENGINE_FILES_BYTES_H_
#define ATOME_ENGINE_FILES_BYTES_H_

#include <stdint.h>

namespace atome {

// Whether two places hold the same `count` bytes, at least one.
[[gnu::noinline]] inline bool SameBytes(const void* one, const void* other, uint32_t count) {
  const uint8_t *a = static_cast<const uint8_t*>(one), *b = static_cast<const uint8_t*>(other);
  do {
    if (*a++ != *b++) return false;
  } while (--count != 0);
  return true;
}

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_BYTES_H_
