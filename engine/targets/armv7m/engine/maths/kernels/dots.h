// Products of one vector of int16 with many, as engine/maths/kernels/dots.h says, for the Cortex-M3.
#ifndef ATOME_ENGINE_MATHS_KERNELS_DOTS_H_
#define ATOME_ENGINE_MATHS_KERNELS_DOTS_H_

#include <stdint.h>

#include "engine/maths/kernels/score_rows.h"

namespace atome::kernel {

[[gnu::naked, gnu::noipa]] inline void Dots(const int16_t* /*u*/, const int16_t* /*rows*/, uint32_t /*width*/,
                                            uint32_t /*count*/, int32_t* /*dots*/) {
  asm volatile(".syntax unified\n" ATOME_SCORE_ROWS("2", "sh"));
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_MATHS_KERNELS_DOTS_H_
