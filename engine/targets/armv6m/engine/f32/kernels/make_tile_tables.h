// The look-up tables of groups of four columns, as engine/f32/kernels/make_tile_tables.h says, on Armv6-M.
#ifndef ATOME_ENGINE_F32_KERNELS_MAKE_TILE_TABLES_H_
#define ATOME_ENGINE_F32_KERNELS_MAKE_TILE_TABLES_H_

#include <stdint.h>

namespace atome::kernel {

// Nine entries are nine additions and two stores.
// r2 table; r3, r1, r8, r9 the steps of the four digits; r0 and r4 to r7 entries; r10 groups left; r11 x.
[[gnu::naked, gnu::noipa]] inline void MakeTileTables(const int32_t* /*x*/, uint32_t /*groups*/,
                                                      int32_t* /*tables*/) {
  asm volatile(
      ".syntax unified\n"
      ".macro atome_nine\n"
      "adds r4, r0, r3\n"
      "adds r5, r4, r3\n"
      "adds r6, r5, r1\n"
      "adds r7, r6, r3\n"
      "stmia r2!, {r0, r4-r7}\n"
      "adds r4, r7, r3\n"
      "adds r5, r4, r1\n"
      "adds r6, r5, r3\n"
      "adds r7, r6, r3\n"
      "stmia r2!, {r4-r7}\n"
      ".endm\n"
      ".macro atome_27\n"
      "atome_nine\n"
      "mov r0, r8\n"
      "adds r0, r0, r7\n"
      "atome_nine\n"
      "mov r0, r8\n"
      "adds r0, r0, r7\n"
      "atome_nine\n"
      ".endm\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "mov r6, r10\n"
      "mov r7, r11\n"
      "push {r4-r7}\n"
      "mov r10, r1\n"
      // step[i] = x[i] - 2 (x[0] + .. + x[i - 1]); the sum grows in r7.
      "1: ldmia r0!, {r3-r6}\n"
      "mov r11, r0\n"
      "adds r7, r3, r4\n"
      "subs r1, r4, r3\n"
      "subs r1, r1, r3\n"
      "subs r0, r5, r7\n"
      "subs r0, r0, r7\n"
      "mov r8, r0\n"
      "adds r7, r7, r5\n"
      "subs r0, r6, r7\n"
      "subs r0, r0, r7\n"
      "mov r9, r0\n"
      "adds r7, r7, r6\n"
      "rsbs r0, r7, #0\n"
      "atome_27\n"
      "mov r0, r9\n"
      "adds r0, r0, r7\n"
      "atome_27\n"
      "mov r0, r9\n"
      "adds r0, r0, r7\n"
      "atome_27\n"
      "mov r0, r11\n"
      "mov r4, r10\n"
      "subs r4, #1\n"
      "mov r10, r4\n"
      "beq 2f\n"
      "b 1b\n"
      "2: pop {r4-r7}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "mov r10, r6\n"
      "mov r11, r7\n"
      "pop {r4-r7, pc}\n"
      ".purgem atome_nine\n"
      ".purgem atome_27\n");
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_MAKE_TILE_TABLES_H_
