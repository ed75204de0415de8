// Numbers for checks of kernels, the same on every core.
#ifndef ATOME_ENGINE_TESTING_RANDOM_WORDS_H_
#define ATOME_ENGINE_TESTING_RANDOM_WORDS_H_

#include <stdint.h>

namespace atome::testing {

class RandomWords {
 protected:
  // By xorshift (Marsaglia 2003, shifts 13, 17, 5).
  uint32_t Word() {
    seed_ ^= seed_ << 13;
    seed_ ^= seed_ >> 17;
    seed_ ^= seed_ << 5;
    return seed_;
  }
  uint32_t Below(uint32_t bound) { return Word() % bound; }
  // Of `bits` bits with its sign.
  int32_t SignedBits(uint32_t bits) { return static_cast<int32_t>(Word()) >> (32 - bits); }

 private:
  uint32_t seed_ = 2463534242u;
};

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_RANDOM_WORDS_H_
