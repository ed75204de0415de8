// Products with a ternary matrix in columns (engine/files/atome03.md) by two small tables a group: of the
// sums that three trits can make, and two.
#ifndef ATOME_ENGINE_F32_SMALL_PRODUCT_H_
#define ATOME_ENGINE_F32_SMALL_PRODUCT_H_

#include <stdint.h>

#include "engine/maths/sum.h"

namespace atome::kernel {

inline constexpr uint32_t kGroup = 5;  // columns a byte
inline constexpr uint32_t kTables = 27 + 9;

// sums[r] = sum over columns c of trit[r, c] x[c], for r below `rows`. codes: [groups][stride], from the
// first of these rows on; x: [columns], then zeros to whole groups; table: int32 [kTables]. Every sum that
// trits can make must fit int32.
[[gnu::always_inline]] inline void Product(const uint8_t* codes, uint32_t stride, uint32_t rows,
                                           const int32_t* x, uint32_t columns, int32_t* table, Sum* sums) {
  for (uint32_t r = 0; r < rows; ++r) sums[r] = 0;
  const int32_t* const end = x + columns;
  do {
    int32_t* part = table;
    for (int trits = 3; trits != 1; --trits) {
      // part[i] for i below `size` holds the sums of the trits so far; each trit makes three of one.
      part[0] = 0;
      for (uint32_t size = 1; size != (trits == 3 ? 27 : 9); size *= 3) {
        const int32_t element = *x++;
        for (uint32_t i = 0; i < size; ++i) {
          const int32_t sum = part[i];
          part[i] = sum - element;
          part[size + i] = sum;
          part[2 * size + i] = sum + element;
        }
      }
      part += 27;
    }
    for (uint32_t r = 0; r < rows; ++r) {
      const uint32_t code = codes[r], high = code * 19 >> 9;  // code / 27, exact below 243
      sums[r] += table[code - 27 * high] + table[27 + high];
    }
    codes += stride;
  } while (x < end);
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_SMALL_PRODUCT_H_
