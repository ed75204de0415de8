// Top-k attention with integer scores and integer mixing; engine/numerics.md, "One token".
#ifndef ATOME_ENGINE_INTERNAL_ATTENTION_H_
#define ATOME_ENGINE_INTERNAL_ATTENTION_H_

#include <stdint.h>

#include "engine/internal/elementary.h"
#include "engine/internal/float_bits.h"
#include "engine/internal/memory.h"

namespace atome {

// z: the least integer with d_head <= 4^z.
constexpr int ScoreShift(uint32_t d_head) {
  int z = 0;
  for (uint32_t reach = 1; reach < d_head; reach *= 4) ++z;
  return z;
}

inline int32_t RoundShift(int32_t v, int z) { return z == 0 ? v : (v + (1 << (z - 1))) >> z; }

// The `top_k` greatest scores in descending order, equals in the order they came in: positions are offered
// oldest first, so ties go to the oldest.
class TopK {
 public:
  TopK(Candidate* best, uint32_t top_k) : best_(best), top_k_(top_k) {}

  void Offer(int64_t score, const int32_t* value) {
    uint32_t rank = count_;
    while (rank > 0 && score > best_[rank - 1].score) --rank;
    if (rank == top_k_) return;
    if (count_ < top_k_) ++count_;
    for (uint32_t i = count_ - 1; i > rank; --i) best_[i] = best_[i - 1];
    best_[rank].score = score;
    best_[rank].value = value;
  }

  // Softmax over the candidates, as weights of 2^-30. `scale` turns a score into the exponent's argument.
  // Returns their number.
  uint32_t Weigh(float scale) {
    float sum = 0.0f;
    for (uint32_t i = 0; i < count_; ++i) {
      best_[i].share = Exp(ToFloat(best_[i].score - best_[0].score) * scale);
      sum = sum + best_[i].share;
    }
    for (uint32_t i = 0; i < count_; ++i) best_[i].weight = Fixed(best_[i].share / sum, 30);
    return count_;
  }

 private:
  Candidate* best_;
  uint32_t top_k_;
  uint32_t count_ = 0;
};

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_ATTENTION_H_
