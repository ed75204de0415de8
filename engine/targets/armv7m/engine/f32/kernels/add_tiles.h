// Products with a ternary matrix in tiles by look-up, as engine/f32/kernels/add_tiles.h says, on Armv7-M.
#ifndef ATOME_ENGINE_F32_KERNELS_ADD_TILES_H_
#define ATOME_ENGINE_F32_KERNELS_ADD_TILES_H_

#include <stdint.h>

#include "engine/f32/kernels/tables.h"
#include "engine/frames/add_tiles.h"
#include "engine/image/tiles.h"

namespace atome::kernel {

[[gnu::naked, gnu::noipa]] inline void AddTiles(const uint8_t* /*codes*/, const int32_t* /*tables*/,
                                                uint32_t /*tiles*/, uint32_t /*groups*/, Sum* /*sums*/,
                                                bool /*fresh*/) {
  asm volatile(ATOME_ADD_TILES("ldr", ", lsl #2", "324", "0", "0"));
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_ADD_TILES_H_
