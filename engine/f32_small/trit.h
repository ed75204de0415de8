// Trits of bytes of five.
#ifndef ATOME_ENGINE_F32_SMALL_TRIT_H_
#define ATOME_ENGINE_F32_SMALL_TRIT_H_

#include <stdint.h>

namespace atome {

// Reads the trits of whole bytes in order: of the sum of (t_i + 1) 3^i the lowest first.
class ByteTrits {
 public:
  explicit ByteTrits(const uint8_t* codes) : next_(codes) {}

  int32_t Next() {
    if (left_ == 0) {
      rest_ = *next_++;
      left_ = 5;
    }
    --left_;
    const uint32_t quotient = rest_ * 171 >> 9;  // rest / 3, exact below 256
    const int32_t trit = static_cast<int32_t>(rest_ - quotient * 3) - 1;
    rest_ = quotient;
    return trit;
  }
  // Leaves what is left of the current byte.
  void EndByte() { left_ = 0; }

 private:
  const uint8_t* next_;
  uint32_t rest_ = 0;
  uint32_t left_ = 0;
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SMALL_TRIT_H_
