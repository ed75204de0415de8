// Products with a ternary matrix in tiles by look-up, as engine/q15/kernels/add_tiles.h says, where entries
// have no bias.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_TILES_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_TILES_H_

#include <stdint.h>

#include "engine/frames/add_tiles.h"
#include "engine/q15/kernels/tile_tables.h"

namespace atome::q15::kernel {

[[gnu::naked, gnu::noipa]] inline void AddTiles(const uint8_t* /*codes*/, const uint16_t* /*tables*/,
                                                uint32_t /*tiles*/, uint32_t /*groups*/, int32_t* /*sums*/,
                                                bool /*fresh*/) {
  static_assert(kTileBias == 0);
  asm volatile(ATOME_ADD_TILES("ldrsh", "", "164", "1", "0"));
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_TILES_H_
