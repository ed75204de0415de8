// Products with a ternary matrix by look-up, as engine/f32/kernels/ternary_columns.h says, scheduled for the
// Cortex-M3 and M4, whose consecutive loads overlap.
#ifndef ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_
#define ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_

#include <stdint.h>

#include "engine/f32/kernels/make_table.h"
#include "engine/f32/kernels/tables.h"
#include "engine/frames/add_products.h"

namespace atome::kernel {

[[gnu::naked, gnu::noipa]] inline void AddProducts(const uint8_t* /*codes*/, uint32_t /*stride*/,
                                                   uint32_t /*rows*/, const int32_t* /*tables*/,
                                                   uint32_t /*groups*/, Sum* /*sums*/) {
  asm volatile(ATOME_ADD_PRODUCTS("ldr", "2", "972",
                                  ".balign 4\n"
                                  "2: atome_group\n"
                                  "subs lr, lr, #1\n"
                                  "bne 2b\n"));
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_TERNARY_COLUMNS_H_
