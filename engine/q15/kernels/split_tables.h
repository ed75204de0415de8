// Smaller look-up tables for a matrix of few rows, for which whole ones (tables.h) cost more to make than
// they save: a group of five columns is split into its first three, with 27 sums, and its last two, with 9. A
// row costs two look-ups a group, and two more for where in the table they are.
#ifndef ATOME_ENGINE_Q15_KERNELS_SPLIT_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_SPLIT_TABLES_H_

#include <stdint.h>

#include "engine/q15/kernels/tables.h"

namespace atome::q15::kernel {

// Entries of a group's table, each its sum plus kBias: 27, one that is never read, 9, and another such one.
inline constexpr uint32_t kSplitStride = 38;
inline constexpr uint32_t kSplitSecond = 28;  // where the 9 begin

// Up to so many rows split tables are the cheaper ones: about where it is on every core.
inline constexpr uint32_t kFewRows = 48;

// For each code, bytes from the start of a group's table to its two entries.
struct SplitOffsets {
  uint8_t first[kTable];
  uint8_t second[kTable];

  constexpr SplitOffsets() : first(), second() {
    for (uint32_t code = 0; code < kTable; ++code) {
      first[code] = static_cast<uint8_t>(2 * (code % 27));
      second[code] = static_cast<uint8_t>(2 * (kSplitSecond + code / 27));
    }
  }
};
inline constexpr SplitOffsets kSplitOffsets;

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_SPLIT_TABLES_H_
