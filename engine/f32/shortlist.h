// Which positions can be among those that attention chooses, from estimates of their scores, which cost a
// fraction of the scores on cores without long multiplication in a cycle.
#ifndef ATOME_ENGINE_F32_SHORTLIST_H_
#define ATOME_ENGINE_F32_SHORTLIST_H_

#include <stdint.h>

#include "engine/f32/constants.h"
#include "engine/maths/scaled.h"

namespace atome {

// Of one query, for positions that come in any number of parts.
//
// Query and keys are at most 2^(31-z) in magnitude, z being that of the scores. Let the query be shifted up
// as far as that allows and p_r its elements / 2^16, rounded to nearest: h |p_r| |key_r / 2^16| is at most
// 2^30, so that no estimate E = sum of p_r (key_r >> 16) leaves int32. With key_r = 2^16 (key_r >> 16) + 2^15
// + c_r, where |c_r| <= 2^15, and the shifted query 2^16 p_r + d_r, where |d_r| <= 2^15, the shifted score is
//     2^32 E + 2^31 sum p_r + 2^16 sum p_r c_r + sum d_r key_r.
// The second term is the same for every key. The other two are at most 2^31 sum |p_r| and h 2^15 2^(31-z):
// half of margin 2^32. So of two keys whose estimates are further apart than the margin, the one with the
// greater has the greater score, and a key is not chosen when k others' estimates exceed its own by more.
class Shortlist {
 public:
  static constexpr uint32_t kMost = 4;  // positions chosen

  // query [h], h at least 2; rounded [h] receives p. top_k is at most kMost.
  Shortlist(const int32_t* query, uint32_t h, uint32_t top_k, int32_t* rounded) : top_k_(top_k) {
    Magnitude magnitude;
    for (uint32_t r = 0; r < h; ++r) magnitude.Add(query[r]);
    const int z = ScoreShift(h);
    const int room = 31 - z - magnitude.Length();
    const int up = room > 0 ? room : 0;  // -1 for an element of 2^(31-z)
    int32_t sum = 0;
    for (uint32_t r = 0; r < h; ++r) {
      rounded[r] = (ShiftLeft(query[r], up) + (1 << 15)) >> 16;
      sum += rounded[r] < 0 ? -rounded[r] : rounded[r];
    }
    margin_ = sum + static_cast<int32_t>(h << (15 - z)) + 1;
  }

  // Takes the next estimates [count]. Returns what the estimate of one of them, or of a later one, must
  // reach.
  int32_t Add(const int32_t* estimates, uint32_t count) {
    int32_t first = most_[0], second = most_[1], third = most_[2], fourth = most_[3];
    for (uint32_t j = 0; j < count; ++j) {
      const int32_t estimate = estimates[j];
      if (estimate <= fourth) continue;
      if (estimate > second) {
        fourth = third;
        third = second;
        second = estimate > first ? first : estimate;
        first = estimate > first ? estimate : first;
      } else {
        fourth = estimate > third ? third : estimate;
        third = estimate > third ? estimate : third;
      }
    }
    most_[0] = first;
    most_[1] = second;
    most_[2] = third;
    most_[3] = fourth;
    return most_[top_k_ - 1] - margin_;
  }

 private:
  // Less than any estimate, and not the least of all, from which no margin can be taken.
  static constexpr int32_t kNone = INT32_MIN / 2 - 1;

  uint32_t top_k_;
  int32_t margin_;
  int32_t most_[kMost] = {kNone, kNone, kNone, kNone};  // estimates, descending
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SHORTLIST_H_
