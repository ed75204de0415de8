// What the look-up tables of groups of four columns (engine/image/tiles.h) are made of in variant q15: the 81
// sums that four trits can make of four elements of an int16 vector, each of which fits int16.
#ifndef ATOME_ENGINE_Q15_KERNELS_TILE_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_TILE_TABLES_H_

#include <stdint.h>

#include "engine/image/tiles.h"

namespace atome::q15::kernel {

// Entries from one table to the next, of which the last is never read: every table is aligned for words.
inline constexpr uint32_t kTileStride = tiles::kCodes + 1;

// What an entry is more than its sum: entries are uint16, so that two of them in a word can be added to two
// others in one addition, without a carry between them.
inline constexpr int32_t kTileBias = 1 << 15;

// What a code counts in steps of, so that it says without a shift where in bytes its entry is.
inline constexpr uint32_t kTileStep = sizeof(uint16_t);

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_TILE_TABLES_H_
