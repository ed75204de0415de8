// What a compiler calls for integers on Armv6-M, which has neither division nor a count of leading zeros:
// Run-time ABI for the Arm Architecture, section 4.3.1. In place of libgcc's, which are faster and several
// times larger.
#include <stdint.h>

extern "C" {

// The remainder in the upper half. Nothing and all ones of a division by zero.
uint64_t __aeabi_uidivmod(uint32_t dividend, uint32_t divisor) {
  uint32_t rest = 0;
  for (int bit = 0; bit < 32; ++bit) {
    rest = rest << 1 | dividend >> 31;
    dividend <<= 1;
    if (rest >= divisor) {
      rest -= divisor;
      ++dividend;  // which becomes the quotient
    }
  }
  return static_cast<uint64_t>(rest) << 32 | dividend;
}
uint32_t __aeabi_uidiv(uint32_t dividend, uint32_t divisor) {
  return static_cast<uint32_t>(__aeabi_uidivmod(dividend, divisor));
}

int __clzsi2(uint32_t v) {
  int zeros = 32;
  for (; v != 0; v >>= 1) {
    --zeros;
    asm("" : "+r"(zeros));  // else the compiler finds a count of leading zeros here
  }
  return zeros;
}

}  // extern "C"
