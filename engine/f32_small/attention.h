// Top-k attention, as engine/f32/attention.h.
#ifndef ATOME_ENGINE_F32_SMALL_ATTENTION_H_
#define ATOME_ENGINE_F32_SMALL_ATTENTION_H_

#include <stdint.h>

#include "engine/f32_small/memory.h"

namespace atome {

// The `top_k` greatest scores in descending order, equals in the order they came in: positions are offered
// oldest first, so ties go to the oldest.
class TopK {
 public:
  // best: [top_k + 1], the last for what is not kept.
  TopK(Candidate* best, uint32_t top_k) : best_(best), top_k_(top_k) {}

  void Offer(int64_t score, const void* row) {
    Candidate* at = best_ + count_;
    for (; at != best_ && score > at[-1].score; --at) *at = at[-1];
    at->score = score;
    at->row = row;
    if (count_ != top_k_) ++count_;
  }
  uint32_t count() const { return count_; }

 private:
  Candidate* best_;
  uint32_t top_k_;
  uint32_t count_ = 0;
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_ATTENTION_H_
