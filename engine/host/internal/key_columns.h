// Keys of the last positions, each a column of pairs of int16, so that a vector holds a pair of many keys.
#ifndef ATOME_ENGINE_HOST_INTERNAL_KEY_COLUMNS_H_
#define ATOME_ENGINE_HOST_INTERNAL_KEY_COLUMNS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/host/internal/aligned.h"

namespace atome::host {

class KeyColumns {
 public:
  // Positions that may be read behind the last key; what stands there means nothing.
  static constexpr size_t kSlack = 4 * kLanes;

  // Key of `pairs` pairs; `keep` and `most` as of a Window, beside which it appends.
  KeyColumns(size_t pairs, size_t keep, size_t most)
      : keep_(keep),
        pairs_(pairs),
        capacity_(keep + std::max(keep, most)),
        stride_(RoundUp(capacity_, kLanes) + kSlack),
        columns_(Aligned<int32_t>::Zeros(pairs * stride_)) {}

  void Reset() { end_ = 0; }

  // Room for `count` keys behind the last one; returns where in a row the first stands.
  size_t Append(size_t count) {
    if (end_ + count > capacity_) {
      const size_t kept = std::min(keep_, end_);
      for (size_t p = 0; p < pairs_; ++p) {
        int32_t* row = columns_.get() + p * stride_;
        std::memmove(row, row + end_ - kept, kept * sizeof *row);
      }
      end_ = kept;
    }
    end_ += count;
    return end_ - count;
  }

  // [pairs][stride]
  int32_t* get() { return columns_.get(); }
  size_t stride() const { return stride_; }
  size_t bytes() const { return columns_.bytes(); }

 private:
  size_t keep_;
  size_t pairs_;
  size_t capacity_;
  size_t stride_;
  size_t end_ = 0;
  Aligned<int32_t> columns_;
};

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_KEY_COLUMNS_H_
