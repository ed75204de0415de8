// What the kernels of scores share on Armv7E-M.
#ifndef ATOME_ENGINE_MATHS_KERNELS_SCORE_ROWS_H_
#define ATOME_ENGINE_MATHS_KERNELS_SCORE_ROWS_H_

// Sixteen columns at a time, for all rows: r4 to r11 of u, r0 a row, r1 scores, r12 the score. lr holds the
// rows left, less one, in its upper half, the bytes from row to row in its lower. On the stack: u, rows,
// columns left, lr at the start; the registers; scores. A row may lie misaligned, which single loads may.
// `bytes` of an element; `load` one of them; `spread`: what is done with u's columns in r4 to r11. Macro
// atome_row: the product of sixteen columns at r0 with r4 to r11, added to r12, or with `fresh` 1 put there.
#define ATOME_SCORE_ROWS(bytes, load, spread)                          \
  "push {r4-r11, lr}\n"                                                \
  "subs r3, #1\n"                                                      \
  "movs r4, #" bytes                                                   \
  "\n"                                                                 \
  "muls r4, r2\n"                                                      \
  "orr r3, r4, r3, lsl #16\n"                                          \
  "push {r0-r3}\n"                                                     \
  "subs r2, #16\n"                                                     \
  "blt 4f\n"                                                           \
  "bl 8f\n"                                                            \
  ".balign 4\n"                                                        \
  "1: atome_row 1\n"                                                   \
  "uxtah r0, r0, lr\n"                                                 \
  "str r12, [r1], #4\n"                                                \
  "subs lr, lr, #65536\n"                                              \
  "bcs 1b\n"                                                           \
  "b 3f\n"                                                             \
  ".balign 4\n"                                                        \
  "2: ldr r12, [r1]\n"                                                 \
  "atome_row 0\n"                                                      \
  "uxtah r0, r0, lr\n"                                                 \
  "str r12, [r1], #4\n"                                                \
  "subs lr, lr, #65536\n"                                              \
  "bcs 2b\n"                                                           \
  "3: ldr r2, [sp, #8]\n"                                              \
  "subs r2, #16\n"                                                     \
  "blt 5f\n"                                                           \
  "bl 8f\n"                                                            \
  "b 2b\n" /* Too few columns for a block: scores begin at 0. */       \
  "4: ldr r1, [sp, #52]\n"                                             \
  "movs r0, #0\n"                                                      \
  "9: str r0, [r1], #4\n"                                              \
  "subs r3, r3, #65536\n"                                              \
  "bcs 9b\n" /* Columns that make no block, one at a time. */          \
  "5: adds r2, #16\n"                                                  \
  "beq 7f\n"                                                           \
  "ldr r5, [sp]\n"                                                     \
  "ldr r6, [sp, #4]\n"                                                 \
  "6: ldrsh r4, [r5], #2\n"                                            \
  "mov r0, r6\n"                                                       \
  "adds r6, #" bytes                                                   \
  "\n"                                                                 \
  "ldr r1, [sp, #52]\n"                                                \
  "ldr lr, [sp, #12]\n"                                                \
  "10: " load                                                          \
  " r3, [r0]\n"                                                        \
  "ldr r12, [r1]\n"                                                    \
  "uxtah r0, r0, lr\n"                                                 \
  "mla r12, r3, r4, r12\n"                                             \
  "str r12, [r1], #4\n"                                                \
  "subs lr, lr, #65536\n"                                              \
  "bcs 10b\n"                                                          \
  "subs r2, #1\n"                                                      \
  "bne 6b\n"                                                           \
  "7: add sp, #16\n"                                                   \
  "pop {r4-r11, pc}\n" /* Begins a block: r2 columns left after it. */ \
  "8: str r2, [sp, #8]\n"                                              \
  "mov r3, lr\n"                                                       \
  "ldr r0, [sp]\n"                                                     \
  "ldr r4, [r0, #0]\n"                                                 \
  "ldr r5, [r0, #4]\n"                                                 \
  "ldr r6, [r0, #8]\n"                                                 \
  "ldr r7, [r0, #12]\n"                                                \
  "ldr r8, [r0, #16]\n"                                                \
  "ldr r9, [r0, #20]\n"                                                \
  "ldr r10, [r0, #24]\n"                                               \
  "ldr r11, [r0, #28]\n" spread                                        \
  "adds r0, #32\n"                                                     \
  "str r0, [sp]\n"                                                     \
  "ldr r0, [sp, #4]\n"                                                 \
  "add r2, r0, #16 * " bytes                                           \
  "\n"                                                                 \
  "str r2, [sp, #4]\n"                                                 \
  "ldr r1, [sp, #52]\n"                                                \
  "ldr lr, [sp, #12]\n"                                                \
  "bx r3\n"

#endif  // ATOME_ENGINE_MATHS_KERNELS_SCORE_ROWS_H_
