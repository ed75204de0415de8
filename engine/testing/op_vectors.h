// Vectors for tests of ops, and the contract's words for integers.
#ifndef ATOME_ENGINE_TESTING_OP_VECTORS_H_
#define ATOME_ENGINE_TESTING_OP_VECTORS_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/maths/scaled.h"
#include "engine/testing/model_builder.h"

namespace atome::testing {

// Without leading zeros.
inline int BitsOf(uint64_t n) {
  int bits = 0;
  for (; n != 0; n >>= 1) ++bits;
  return bits;
}

// Of the longest element, without its sign.
inline int LengthOf(const std::vector<int32_t>& v) {
  int length = 0;
  for (const int32_t each : v)
    length = std::max(length, BitsOf(static_cast<uint64_t>(each < 0 ? -int64_t{each} - 1 : each)));
  return length;
}

inline Magnitude MagnitudeOf(const std::vector<int32_t>& v) {
  Magnitude magnitude;
  for (const int32_t each : v) magnitude.Add(each);
  return magnitude;
}

inline int64_t Drop(int64_t v, int64_t n) { return v >> std::min<int64_t>(n, 31); }

// An end one time in four.
inline int32_t Between(Source* source, int32_t low, int32_t high) {
  const uint32_t kind = source->Below(8);
  if (kind < 2) return kind == 0 ? high : low;
  const auto count = static_cast<uint64_t>(int64_t{high} - low + 1);
  return static_cast<int32_t>(low + static_cast<int64_t>(source->Word() % count));
}

// Of d elements of `bits` bits, a sign aside, the least among them as `least` says; of zeros where `bits` is
// below 0.
enum class Least { kMinusMost, kBelowMinusMost };
inline std::vector<int32_t> Vector(Source* source, uint32_t d, int bits, Least least) {
  std::vector<int32_t> v(d, 0);
  if (bits < 0) return v;
  const auto most = static_cast<int32_t>((int64_t{1} << bits) - 1);
  for (int32_t& each : v) each = Between(source, -most - (least == Least::kBelowMinusMost), most);
  return v;
}

inline void Put(const std::vector<int32_t>& v, int32_t* to) { std::copy(v.begin(), v.end(), to); }

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_OP_VECTORS_H_
