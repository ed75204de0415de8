// The inner loop of products over codes, for Armv6-M: two rows at a time share what is loaded of the codes,
// and all is loaded as whole words.
#ifndef ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_
#define ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_

#include <stdint.h>

namespace atome::plain::kernel {

// Where element i of a product's input stands among its codes.
inline constexpr uint32_t PlaceOf(uint32_t i) { return i; }

// The sums of the rows at `rows` and `other`, the first in the low half; width is at least 4 and a multiple
// of it. 5.5 cycles a product where one is multiplied in a cycle. Naked, because GCC gives no high register
// away when it compiles for size. r0 rows, r1 other, r3 codes; r2 and r4 four elements of each, r5 two codes,
// r6 one, r7 a product; r8 and r9 the sums, r10 the end of the codes.
[[gnu::naked, gnu::noipa]] inline uint64_t SumTwoRows(const int8_t* /*rows*/, const int8_t* /*other*/,
                                                      uint32_t /*width*/, const int16_t* /*codes*/) {
  asm volatile(
      ".syntax unified\n"
      // The next element of both rows, times r6.
      ".macro atome_next\n"
      "asrs r2, r2, #8\n"
      "sxtb r7, r2\n"
      "muls r7, r6\n"
      "add r8, r7\n"
      "asrs r4, r4, #8\n"
      "sxtb r7, r4\n"
      "muls r7, r6\n"
      "add r9, r7\n"
      ".endm\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "mov r6, r10\n"
      "push {r4-r6}\n"
      "lsls r2, r2, #1\n"
      "add r2, r3\n"
      "mov r10, r2\n"
      "movs r4, #0\n"
      "mov r8, r4\n"
      "mov r9, r4\n"
      "1:\n"
      "ldmia r0!, {r2}\n"
      "ldmia r1!, {r4}\n"
      "ldmia r3!, {r5}\n"
      "sxth r6, r5\n"
      "sxtb r7, r2\n"
      "muls r7, r6\n"
      "add r8, r7\n"
      "sxtb r7, r4\n"
      "muls r7, r6\n"
      "add r9, r7\n"
      "asrs r6, r5, #16\n"
      "atome_next\n"
      "ldmia r3!, {r5}\n"
      "sxth r6, r5\n"
      "atome_next\n"
      "asrs r6, r5, #16\n"
      "asrs r2, r2, #8\n"
      "muls r2, r6\n"
      "add r8, r2\n"
      "asrs r4, r4, #8\n"
      "muls r4, r6\n"
      "add r9, r4\n"
      "cmp r3, r10\n"
      "bne 1b\n"
      "mov r0, r8\n"
      "mov r1, r9\n"
      "pop {r4-r6}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "mov r10, r6\n"
      "pop {r4-r7, pc}\n"
      ".purgem atome_next\n");
}

// result(sum of rows[r][i] codes[i]) for r = 0 .. count - 1 in order. rows [count][width], width a multiple
// of 4; both arrays lie at multiples of 4.
template <class Result>
inline void RowSums(const int8_t* rows, uint32_t count, uint32_t width, const int16_t* codes,
                    const Result& result) {
  for (; count >= 2; count -= 2, rows += 2 * width) {
    const uint64_t sums = SumTwoRows(rows, rows + width, width, codes);
    result(static_cast<int32_t>(sums));
    result(static_cast<int32_t>(sums >> 32));
  }
  if (count != 0) result(static_cast<int32_t>(SumTwoRows(rows, rows, width, codes)));
}

}  // namespace atome::plain::kernel

#endif  // ATOME_ENGINE_PLAIN_KERNELS_ROW_SUMS_H_
