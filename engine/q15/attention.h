// The choice of the best scores, and the mix of what they stand for; engine/q15/numerics.md, "One token".
#ifndef ATOME_ENGINE_Q15_ATTENTION_H_
#define ATOME_ENGINE_Q15_ATTENTION_H_

#include <stdint.h>

#include "engine/q15/kernels/mix_four.h"
#include "engine/q15/memory.h"
#include "engine/q15/real.h"

namespace atome::q15 {

// The `top_k` greatest scores in descending order, equals in the order they came in: positions are offered
// oldest first, so ties go to the oldest.
class TopK {
 public:
  TopK(Candidate* best, uint32_t top_k) : best_(best), top_k_(top_k) {}

  // `count` scores of the positions from `slot`. Most are under the least of the best, and cost a comparison.
  template <class ScoreOf>
  void Offer(uint32_t count, uint32_t slot, const ScoreOf& score_of) {
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

// out[c] = sum of weight * row[c] over `count` candidates / 2^15, rounded. `row` gives the row of a slot,
// `weigh` a candidate's weight in units of its row. Four at a time stand in registers; most models choose no
// more.
template <class Rows, class Weights>
void MixRows(const Candidate* candidates, uint32_t count, uint32_t d, const Rows& row, const Weights& weigh,
             int16_t* out) {
  if (count <= 4) {
    decltype(row(0)) rows[4];
    int32_t weights[4];
    for (uint32_t j = 0; j < 4; ++j) {
      rows[j] = row(candidates[j < count ? j : 0].slot);
      weights[j] = j < count ? weigh(candidates[j]) : 0;
    }
    kernel::MixFour(rows, weights, d, out);
    return;
  }
  for (uint32_t c = 0; c < d; ++c) {
    int32_t sum = 1 << 14;
    for (uint32_t j = 0; j < count; ++j) sum += weigh(candidates[j]) * row(candidates[j].slot)[c];
    out[c] = static_cast<int16_t>(sum >> 15);
  }
}

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_ATTENTION_H_
