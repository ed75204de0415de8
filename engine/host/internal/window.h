// Rows of the last positions, one after the other in memory. A ring would save the moves, but would break
// every loop over the rows in two.
#ifndef ATOME_ENGINE_HOST_INTERNAL_WINDOW_H_
#define ATOME_ENGINE_HOST_INTERNAL_WINDOW_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/host/internal/aligned.h"

namespace atome::host {

class Window {
 public:
  // `keep` rows before those appended stay readable; at most `most` are appended at once. A row has `stride`
  // elements, a multiple of kLanes.
  Window(size_t keep, size_t most, size_t stride)
      : keep_(keep), stride_(stride), capacity_(keep + std::max(keep, most)), rows_(capacity_ * stride) {}

  // Forgets all rows, then begins with `zeros` rows of zeros, at most `keep`.
  void Reset(size_t zeros) {
    end_ = zeros;
    std::memset(rows_.get(), 0, zeros * stride_ * sizeof(int32_t));
  }

  // Room for `count` rows after the last one; returns the first, which stands `before()` rows after the
  // oldest.
  int32_t* Append(size_t count) {
    if (end_ + count > capacity_) {
      const size_t kept = std::min(keep_, end_);
      std::memmove(rows_.get(), rows_.get() + (end_ - kept) * stride_, kept * stride_ * sizeof(int32_t));
      end_ = kept;
    }
    before_ = end_;
    end_ += count;
    return rows_.get() + before_ * stride_;
  }

  size_t before() const { return before_; }
  size_t bytes() const { return rows_.bytes(); }

 private:
  size_t keep_;
  size_t stride_;
  size_t capacity_;
  size_t before_ = 0;
  size_t end_ = 0;
  Aligned<int32_t> rows_;
};

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_WINDOW_H_
