// The active shape of variant q15, whose cache has 16 or 8 bits.
#ifndef ATOME_ENGINE_Q15_SHAPE_H_
#define ATOME_ENGINE_Q15_SHAPE_H_

#include "engine/cached_shape.h"
#include "engine/config.h"

namespace atome::q15 {

struct ActiveShape : CachedShape<atome::ActiveShape, ActiveCache<16, 8>> {};

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_SHAPE_H_
