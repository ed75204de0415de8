// Products of rows with a vector by look-up, as engine/q15/kernels/add_products.h says, scheduled for the
// Cortex-M3 and M4, whose consecutive loads overlap.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_

#include <stdint.h>

#include "engine/frames/add_products.h"
#include "engine/q15/kernels/tables.h"

namespace atome::q15::kernel {

// Two groups a turn.
[[gnu::naked, gnu::noipa]] inline void AddProducts(const uint8_t* /*codes*/, uint32_t /*stride*/,
                                                   uint32_t /*rows*/, const uint16_t* /*tables*/,
                                                   uint32_t /*groups*/, int32_t* /*sums*/) {
  asm volatile(ATOME_ADD_PRODUCTS("ldrh", "1", "488",
                                  "lsls r2, lr, #31\n"
                                  "bne 8f\n"  // an odd group comes first
                                  ".balign 4\n"
                                  "2: atome_group\n"
                                  "8: atome_group\n"
                                  "subs lr, lr, #2\n"
                                  "bgt 2b\n"));
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_
