// The choice of the best scores, and the mix of what they stand for; engine/q15/numerics.md, "One token".
#ifndef ATOME_ENGINE_Q15_ATTENTION_H_
#define ATOME_ENGINE_Q15_ATTENTION_H_

#include <stddef.h>
#include <stdint.h>

#include "engine/maths/scaled.h"
#include "engine/q15/kernels/mix_four.h"
#include "engine/q15/memory.h"
#include "engine/q15/real.h"

namespace atome::q15 {

// z: bits that a key's sums lose, so that an int16 holds them.
constexpr int KeyDrop(uint32_t d) { return d < 3 ? 0 : (CeilLog2(d) + 1) / 2 - 1; }

// Bits that are left of a query of h elements, so that an int32 holds its product with a key.
constexpr int QueryBits(uint32_t h) { return h < 4 ? 14 : 16 - CeilLog2(h); }

// The `top_k` greatest scores in descending order, equals in the order they came in: positions are offered
// oldest first, so ties go to the oldest.
class TopK {
 public:
  TopK(Candidate* best, uint32_t top_k) : best_(best), top_k_(top_k) {}

  // `count` scores of the positions from `slot`. Most are under the least of the best, and cost a comparison.
  template <class ScoreOf>
  void Offer(uint32_t count, uint32_t slot, const ScoreOf& score_of) {
    if (top_k_ == 4) {
      OfferFour(count, slot, score_of);
      return;
    }
    for (uint32_t i = 0; i < count; ++i) {
      const int32_t score = score_of(i);
      if (score <= least_) continue;
      Insert(score, slot + i);
      if (count_ == top_k_) least_ = best_[count_ - 1].score;
    }
  }

  // Softmax over the candidates. `scale` turns a difference of scores into a power of two. Returns their
  // number.
  uint32_t Weigh(Real scale) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count_; ++i) {
      const uint32_t distance = static_cast<uint32_t>(best_[0].score) - static_cast<uint32_t>(best_[i].score);
      best_[i].weight = Power2(Below(distance, scale));
      sum += best_[i].weight;
    }
    const Shares shares(sum);
    for (uint32_t i = 0; i < count_; ++i) best_[i].weight = shares.Of(best_[i].weight);
    return count_;
  }

 private:
  // The same for the four best, which most models choose: in registers.
  template <class ScoreOf>
  void OfferFour(uint32_t count, uint32_t slot, const ScoreOf& score_of) {
    int32_t score[4];
    uint32_t place[4];
#pragma GCC unroll 4
    for (uint32_t j = 0; j < 4; ++j) {
      score[j] = j < count_ ? best_[j].score : INT32_MIN;
      place[j] = best_[j].slot;
    }
    for (uint32_t i = 0; i < count; ++i) {
      const int32_t next = score_of(i);
      if (next <= score[3]) continue;
      uint32_t rank = 3;
      if (next > score[2]) {
        score[3] = score[2], place[3] = place[2], rank = 2;
        if (next > score[1]) {
          score[2] = score[1], place[2] = place[1], rank = 1;
          if (next > score[0]) score[1] = score[0], place[1] = place[0], rank = 0;
        }
      }
#pragma GCC unroll 4
      for (uint32_t j = 0; j < 4; ++j) {
        if (rank == j) score[j] = next, place[j] = slot + i;
      }
    }
    count_ = count_ + count < 4 ? count_ + count : 4;
#pragma GCC unroll 4
    for (uint32_t j = 0; j < 4; ++j) {
      best_[j].score = score[j];
      best_[j].slot = place[j];
    }
  }

  void Insert(int32_t score, uint32_t slot) {
    if (count_ < top_k_) ++count_;
    uint32_t rank = count_ - 1;
    for (; rank > 0 && score > best_[rank - 1].score; --rank) best_[rank] = best_[rank - 1];
    best_[rank].score = score;
    best_[rank].slot = slot;
  }

  Candidate* best_;
  uint32_t top_k_;
  uint32_t count_ = 0;
  int32_t least_ = INT32_MIN;  // no score is that low: D and its partial sums are under 2^31 in magnitude
};

// The weights of `count` candidates, at least one, in units of the longest of their values' `shifts`, which
// it returns. A weight is at most 15 bits before and after.
inline int AlignWeights(Candidate* candidates, uint32_t count, const uint8_t* shifts) {
  int most = 0;
  for (uint32_t j = 0; j < count; ++j) {
    const int shift = shifts[candidates[j].slot];
    most = shift > most ? shift : most;
  }
  for (uint32_t j = 0; j < count; ++j) candidates[j].weight >>= most - shifts[candidates[j].slot];
  return most;
}

// out[c] = sum of weight * (value[c] + 1/2) over `count` candidates, rounded down; values: int8 [slots][d].
// Four at a time stand in registers; most models choose no more.
inline Magnitude MixValues(const Candidate* candidates, uint32_t count, const int8_t* values, uint32_t d,
                           int32_t* out) {
  uint32_t start = 0;
  for (uint32_t j = 0; j < count; ++j) start += candidates[j].weight;
  start >>= 1;
  if (count <= 4) {
    const int8_t* rows[4];
    int32_t weights[4];
    for (uint32_t j = 0; j < 4; ++j) {
      rows[j] = values + size_t{candidates[j < count ? j : 0].slot} * d;
      weights[j] = j < count ? static_cast<int32_t>(candidates[j].weight) : 0;
    }
    return Magnitude(kernel::MixFour(rows, weights, static_cast<int32_t>(start), d, out));
  }
  Magnitude magnitude;
  for (uint32_t c = 0; c < d; ++c) {
    int32_t sum = static_cast<int32_t>(start);
    for (uint32_t j = 0; j < count; ++j)
      sum += static_cast<int32_t>(candidates[j].weight) * values[size_t{candidates[j].slot} * d + c];
    out[c] = sum;
    magnitude.Add(sum);
  }
  return magnitude;
}

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_ATTENTION_H_
