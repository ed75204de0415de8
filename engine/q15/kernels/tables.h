// What the look-up tables of variant q15 are made of. The matrix stands in columns (engine/files/atome03.md):
// for each group of five columns a byte a row, the sum of (trit + 1) 3^i. A table holds the 243 sums that
// five trits can make of five elements of an int16 vector, each of which fits int16, so a row costs one
// look-up a group.
#ifndef ATOME_ENGINE_Q15_KERNELS_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_TABLES_H_

#include <stdint.h>

namespace atome::q15::kernel {

inline constexpr uint32_t kGroup = 5;    // columns a byte
inline constexpr uint32_t kTable = 243;  // entries of a group's table
inline constexpr uint32_t kTableStride =
    244;  // entries from one table to the next: every table is aligned for words

// What an entry is more than its sum: entries are uint16, so that two of them in a word can be added to two
// others in one addition, without a carry between them.
inline constexpr int32_t kBias = 1 << 15;

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_TABLES_H_
