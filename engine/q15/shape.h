// The active shape with one dimension more: the bits of what attention remembers.
#ifndef ATOME_ENGINE_Q15_SHAPE_H_
#define ATOME_ENGINE_Q15_SHAPE_H_

#include "engine/config.h"

namespace atome::q15 {

struct RuntimeCache {
  int bits;

  bool SetCache(int wanted) {
    bits = wanted;
    return wanted == 16 || wanted == 8;
  }
  int cache_bits() const { return bits; }
};

template <int kBits>
struct FixedCache {
  static_assert(kBits == 16 || kBits == 8);

  bool SetCache(int wanted) const { return wanted == kBits; }
  static constexpr int cache_bits() { return kBits; }
};

#ifdef ATOME_CACHE_BITS
using ActiveCache = FixedCache<ATOME_CACHE_BITS>;
#else
using ActiveCache = RuntimeCache;
#endif

struct ActiveShape : atome::ActiveShape, ActiveCache {
  using atome::ActiveShape::Set;
};

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_SHAPE_H_
