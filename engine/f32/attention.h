// Top-k attention with integer scores and integer mixing; engine/f32/numerics.md, "One token".
#ifndef ATOME_ENGINE_F32_ATTENTION_H_
#define ATOME_ENGINE_F32_ATTENTION_H_

#include <stdint.h>

#include "engine/f32/kernels/mix_four.h"
#include "engine/f32/memory.h"
#include "engine/f32/softmax.h"
#include "engine/maths/kernels/wide.h"
#include "engine/maths/scaled.h"

namespace atome {

inline int32_t RoundShift(int32_t v, int z) { return z == 0 ? v : (v + (1 << (z - 1))) >> z; }

// The `top_k` greatest scores in descending order, equals in the order they came in: positions are offered
// oldest first, so ties go to the oldest.
class TopK {
 public:
  TopK(Candidate* best, uint32_t top_k) : best_(best), top_k_(top_k) {
    for (uint32_t i = 0; i < top_k; ++i) best[i].score = INT64_MIN;  // which any score exceeds
  }

  // Scores [count], at most 2^62 in magnitude; of positions in slots from `slot` on.
  // Most scores of a long window are too low, which one comparison tells.
  [[gnu::noinline]] void Offer(const int64_t* scores, uint32_t count, uint32_t slot) {
    count_ = count_ + count < top_k_ ? count_ + count : top_k_;
    if (top_k_ == 4) return OfferToFour(scores, count, slot);
    Candidate* const best = best_;
    Candidate* const last = best + top_k_ - 1;
    int64_t floor = last->score;
    const int64_t* const end = scores + count;
    for (; scores != end; ++slot) {
      const int64_t score = *scores++;
      if (score <= floor) continue;
      Candidate* at = last;  // free, or the least, which leaves
      for (; at != best && score > at[-1].score; --at) {
        at->score = at[-1].score;
        at->slot = at[-1].slot;
      }
      at->score = score;
      at->slot = slot;
      floor = last->score;
    }
  }

  // What all scores lack, times 2^shift.
  void Raise(int shift) {
    for (uint32_t i = 0; i < count_; ++i) best_[i].score <<= shift;
  }

  // Softmax over what was chosen, whose scores it replaces, as weights of 2^-30. `scale` turns a difference
  // of scores into the exponent of a power of two. Returns how many there are.
  uint32_t Weigh(Factor scale) {
    WeighInUnits(best_, count_, scale);
    return count_;
  }

 private:
  // The same for the four best, which most models choose: their scores stay in registers.
  void OfferToFour(const int64_t* scores, uint32_t count, uint32_t slot) {
    Candidate* const best = best_;
    int64_t first = best[0].score, second = best[1].score, third = best[2].score, floor = best[3].score;
    for (const int64_t* const end = scores + count; scores != end; ++slot) {
      const int64_t score = *scores++;
      if (score <= floor) continue;
      if (score <= third) {
        floor = score;
        best[3].slot = slot;
        continue;
      }
      floor = third;
      best[3].slot = best[2].slot;
      if (score <= second) {
        third = score;
        best[2].slot = slot;
        continue;
      }
      third = second;
      best[2].slot = best[1].slot;
      if (score <= first) {
        second = score;
        best[1].slot = slot;
        continue;
      }
      second = first;
      best[1].slot = best[0].slot;
      first = score;
      best[0].slot = slot;
    }
    best[0].score = first;
    best[1].score = second;
    best[2].score = third;
    best[3].score = floor;
  }

  Candidate* best_;
  uint32_t top_k_;
  uint32_t count_ = 0;
};

// out[i] = sum of weight * value(slot)[i] over `count` candidates / 2^30, i below d. Candidates [count], at
// least one. Four at a time stand in registers; most models choose no more.
template <class ValueOf>
Magnitude MixValues(const Candidate* candidates, uint32_t count, uint32_t d, const ValueOf& value,
                    int32_t* out) {
  if (count <= 4) {
    const int32_t* values[4];
    int32_t weights[4];
    for (uint32_t j = 0; j < 4; ++j) {
      values[j] = value(candidates[j < count ? j : 0].slot);
      weights[j] = j < count ? candidates[j].weight : 0;
    }
    return Magnitude(kernel::MixFour(values, weights, d, out));
  }
  Magnitude magnitude;
  for (uint32_t i = 0; i < d; ++i) {
    int64_t sum = 0;
    for (uint32_t j = 0; j < count; ++j) {
      sum = kernel::MulAdd(sum, candidates[j].weight, value(candidates[j].slot)[i]);
    }
    out[i] = static_cast<int32_t>(sum >> 30);
    magnitude.Add(out[i]);
  }
  return magnitude;
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_ATTENTION_H_
