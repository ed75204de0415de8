// Packed ternary tensors: a cursor over the trits of one tensor, and the products that need no
// multiplication. Layout: FP32 scale, then trits row-major without gaps between rows; ATOME01 four a byte,
// lowest bits first, 00 = 0, 01 = +1, 11 = -1; ATOME02 five a byte as the sum of (trit + 1) * 3^i.
// Little-endian, at any alignment.
#ifndef ATOME_ENGINE_FILES_TERNARY_H_
#define ATOME_ENGINE_FILES_TERNARY_H_

#include <stdint.h>

#include "engine/config.h"
#include "engine/maths/float_bits.h"
#include "engine/shape.h"

namespace atome {

constexpr uint32_t TritsPerByte(Format format) { return kTwoBitTrits && format == Format::kTwoBit ? 4 : 5; }

// Bytes of `count` trits, the scale not included.
constexpr uint64_t PackedBytes(Format format, uint64_t count) {
  return (count + TritsPerByte(format) - 1) / TritsPerByte(format);
}

// Reads trits in order. Holds what is left of the current byte, lowest trit first.
class TritCursor {
 public:
  // At trit `index` of the tensor whose packed trits start at `packed`.
  TritCursor(Format format, const uint8_t* packed, uint32_t index)
      : next_(packed + index / TritsPerByte(format)), format_(format) {
    for (uint32_t skip = index % TritsPerByte(format); skip != 0; --skip) Next();
  }

  // -1, 0 or 1.
  int32_t Next() {
    if (left_ == 0) {
      rest_ = *next_++;
      left_ = TritsPerByte(format_);
    }
    --left_;
    if (kTwoBitTrits && format_ == Format::kTwoBit) {
      const uint32_t code = rest_ & 3;
      rest_ >>= 2;
      return static_cast<int32_t>(code & 1) - static_cast<int32_t>(code & 2);  // 00, 01, 11
    }
    const uint32_t quotient = rest_ * 171 >> 9;  // rest / 3, exact below 256
    const uint32_t digit = rest_ - quotient * 3;
    rest_ = quotient;
    return static_cast<int32_t>(digit) - 1;
  }

  // Sum of the next `count` trits times `x`; the caller guarantees that every partial sum fits int32.
  int32_t Dot(const int32_t* x, uint32_t count) {
    int32_t sum = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const int32_t trit = Next();
      if (trit > 0) sum += x[i];
      if (trit < 0) sum -= x[i];
    }
    return sum;
  }

 private:
  const uint8_t* next_;
  uint32_t rest_ = 0;
  uint32_t left_ = 0;
  Format format_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_FILES_TERNARY_H_
