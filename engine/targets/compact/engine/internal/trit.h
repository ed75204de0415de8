// One trit of a byte of five.
#ifndef ATOME_ENGINE_INTERNAL_TRIT_H_
#define ATOME_ENGINE_INTERNAL_TRIT_H_

#include <stdint.h>

namespace atome {

// Trit `place`, counted from the lowest, of the sum of (t_i + 1) 3^i.
[[gnu::noinline]] inline int32_t TritOf(uint32_t code, uint32_t place) {
  for (;; --place) {
    const uint32_t quotient = code * 171 >> 9;  // code / 3, exact below 256
    if (place == 0) return static_cast<int32_t>(code - quotient * 3) - 1;
    code = quotient;
  }
}

// Reads the trits of whole bytes in order.
class ByteTrits {
 public:
  explicit ByteTrits(const uint8_t* codes) : codes_(codes) {}

  int32_t Next() {
    const int32_t trit = TritOf(*codes_, place_);
    if (++place_ == 5) NextByte();
    return trit;
  }
  // Leaves what is left of a byte of which something was read.
  void NextByte() {
    place_ = 0;
    ++codes_;
  }
  void EndByte() {
    if (place_ != 0) NextByte();
  }

 private:
  const uint8_t* codes_;
  uint32_t place_ = 0;
};

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_TRIT_H_
