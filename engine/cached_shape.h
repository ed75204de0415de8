// The active shape with one dimension more: the bits of what attention remembers.
#ifndef ATOME_ENGINE_CACHED_SHAPE_H_
#define ATOME_ENGINE_CACHED_SHAPE_H_

#include "engine/config.h"

namespace atome {

// `known`: the numbers of bits that a variant has.
template <int... known>
struct RuntimeCache {
  int bits;

  bool SetCache(int wanted) {
    bits = wanted;
    return ((wanted == known) || ...);
  }
  int cache_bits() const { return bits; }
};

template <int kBits, int... known>
struct FixedCache {
  static_assert(((kBits == known) || ...));

  bool SetCache(int wanted) const { return wanted == kBits; }
  static constexpr int cache_bits() { return kBits; }
};

#ifdef ATOME_CACHE_BITS
template <int... known>
using ActiveCache = FixedCache<ATOME_CACHE_BITS, known...>;
#else
template <int... known>
using ActiveCache = RuntimeCache<known...>;
#endif

template <class Shape, class Cache>
struct CachedShape : Shape, Cache {
  using Shape::Set;
};

}  // namespace atome

#endif  // ATOME_ENGINE_CACHED_SHAPE_H_
