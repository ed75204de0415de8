// Products of rows with a vector by look-up, as engine/q15/kernels/add_products.h says, for the Cortex-M0 and
// M0+.
#ifndef ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_
#define ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_

#include <stdint.h>

#include "engine/frames/add_products.h"
#include "engine/q15/kernels/tables.h"

namespace atome::q15::kernel {

[[gnu::naked, gnu::noipa]] inline void AddProducts(const uint8_t* /*codes*/, uint32_t /*stride*/,
                                                   uint32_t /*rows*/, const uint16_t* /*tables*/,
                                                   uint32_t /*groups*/, int32_t* /*sums*/) {
  asm volatile(ATOME_ADD_PRODUCTS("ldrh", "1", "244"));
}

}  // namespace atome::q15::kernel

#endif  // ATOME_ENGINE_Q15_KERNELS_ADD_PRODUCTS_H_
