// What the sums of the unembedding stand for, and the greatest of them.
#ifndef ATOME_ENGINE_MATHS_BEST_SUM_H_
#define ATOME_ENGINE_MATHS_BEST_SUM_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"
#include "engine/maths/sum.h"

namespace atome {

// The logit of a sum; `scale` is that of the unembedding.
inline float Logit(int32_t sum, float scale) { return static_cast<float>(sum) * scale; }

// Whether every logit is finite.
inline bool AllFinite(const kernel::Sum* sums, uint32_t count, float scale) {
  if (Bounded(scale)) return true;
  for (uint32_t i = 0; i < count; ++i) {
    if (!IsFinite(Logit(sums[i], scale))) return false;
  }
  return true;
}

// The index of the greatest logit, the lowest of equals; sums [count], 0 when there are none. The logits are
// finite, so they never fall where the sums rise (never rise, with a negative scale), and only a sum that is
// beyond all before it can have a greater logit. Two sums may round to one logit: the lower index keeps it.
inline uint32_t BestSum(const kernel::Sum* sums, uint32_t count, float scale) {
  if (count == 0) return 0;
  const int32_t flip = ToBits(scale) & kSignBit ? -1 : 0;  // ~v falls where v rises
  uint32_t best = 0;
  int32_t furthest = sums[0] ^ flip;
  float greatest = Logit(sums[0], scale);
  for (uint32_t i = 1; i < count; ++i) {
    const int32_t rank = sums[i] ^ flip;
    if (rank <= furthest) continue;
    furthest = rank;
    const float logit = Logit(sums[i], scale);
    if (logit > greatest) {
      greatest = logit;
      best = i;
    }
  }
  return best;
}

}  // namespace atome

#endif  // ATOME_ENGINE_MATHS_BEST_SUM_H_
