// The exponent of numbers that become integers.
#ifndef ATOME_ENGINE_F32_SMALL_EXPONENT_H_
#define ATOME_ENGINE_F32_SMALL_EXPONENT_H_

#include <stdint.h>

#include "engine/maths/scaled.h"

namespace atome {

// CommonExponent, once for all who want it.
[[gnu::noinline]] inline int32_t ExponentOf(uint32_t greatest_bits) { return CommonExponent(greatest_bits); }

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_EXPONENT_H_
