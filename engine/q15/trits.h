// The five trits of a base-3 byte, by look-up.
#ifndef ATOME_ENGINE_Q15_TRITS_H_
#define ATOME_ENGINE_Q15_TRITS_H_

#include <stdint.h>

namespace atome::q15 {

// For each byte up to 242, trit i in bits 3 i to 3 i + 2, two's complement.
struct TritTable {
  uint16_t packed[243];

  constexpr TritTable() : packed() {
    for (uint32_t code = 0; code < 243; ++code) {
      uint32_t rest = code, fields = 0;
      for (uint32_t i = 0; i < 5; ++i, rest /= 3) fields |= ((rest % 3 - 1) & 7) << (3 * i);
      packed[code] = static_cast<uint16_t>(fields);
    }
  }
};
inline constexpr TritTable kTritTable;

// Trit `i` of a packed five.
inline int32_t TritOf(uint32_t packed, uint32_t i) {
  return static_cast<int32_t>(packed << (29 - 3 * i)) >> 29;
}

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_TRITS_H_
