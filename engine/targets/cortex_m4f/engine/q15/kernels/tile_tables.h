// What the look-up tables of groups of four columns are made of, as engine/q15/kernels/tile_tables.h says,
// where two halfwords of a word are added at once without a carry between them: an entry is its sum, an
// int16.
#ifndef ATOME_ENGINE_Q15_KERNELS_TILE_TABLES_H_
#define ATOME_ENGINE_Q15_KERNELS_TILE_TABLES_H_

#include <stdint.h>

#include "engine/image/tiles.h"

namespace atome::q15::kernel {

inline constexpr uint32_t kTileStride = tiles::kCodes + 1;
inline constexpr int32_t kTileBias = 0;
inline constexpr uint32_t kTileStep = sizeof(uint16_t);

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_TILE_TABLES_H_
