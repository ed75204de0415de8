// Products with a ternary matrix in tiles by look-up, as engine/q15/kernels/add_tiles.h says, on Armv7-M.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_TILES_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_TILES_H_

#include <stdint.h>

#include "engine/frames/add_tiles.h"
#include "engine/q15/kernels/tile_tables.h"

namespace atome::q15::kernel {

[[gnu::naked, gnu::noipa]] inline void AddTiles(const uint8_t* /*codes*/, const uint16_t* /*tables*/,
                                                uint32_t /*tiles*/, uint32_t /*groups*/, int32_t* /*sums*/,
                                                bool /*fresh*/) {
  asm volatile(ATOME_ADD_TILES("ldrh", "", "164", "1", "1"));
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_TILES_H_
