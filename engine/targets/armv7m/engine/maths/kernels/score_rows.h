// The body of the kernels of scores, for the Cortex-M3.
#ifndef ATOME_ENGINE_MATHS_KERNELS_SCORE_ROWS_H_
#define ATOME_ENGINE_MATHS_KERNELS_SCORE_ROWS_H_

// Four rows at a time, so that one load of u serves four products, whose loads overlap: 14 cycles for a
// column of them. r0 is in u, r1 to r4 in the rows, r5 to r8 are their scores. A pointer moves on by a load
// with write-back, which costs nothing where it comes first of those that overlap: a different pointer's in
// each of columns 3 to 7, so what a pointer is behind the block's first column by is different too.
// On the stack: u, rows, end of u's blocks of eight columns, count, bytes of a row, columns that make no
// block; the registers; scores. `bytes` of an element of a row; `load`: how it is loaded, sh or sb.
#define ATOME_SCORE_ROWS(bytes, load)                                                                      \
  /* Of a column: u in r9 and a row in each of r10, r11, r12 and lr, in the order of the loads. */         \
  ".macro atome_column first, second, third, fourth, fifth\n"                                              \
  "ldr\\first\n"                                                                                           \
  "ldr\\second\n"                                                                                          \
  "ldr\\third\n"                                                                                           \
  "ldr\\fourth\n"                                                                                          \
  "ldr\\fifth\n"                                                                                           \
  "mla r5, r9, r10, r5\n"                                                                                  \
  "mla r6, r9, r11, r6\n"                                                                                  \
  "mla r7, r9, r12, r7\n"                                                                                  \
  "mla r8, r9, lr, r8\n"                                                                                   \
  ".endm\n" /* Four columns of one row. */                                                                 \
  ".macro atome_row at\n"                                                                                  \
  "ldrsh r4, [r0, #\\at]\n"                                                                                \
  "ldr" load " r5, [r1, #(\\at) * " bytes                                                                  \
  " / 2]\n"                                                                                                \
  "ldrsh r6, [r0, #\\at + 2]\n"                                                                            \
  "ldr" load " r7, [r1, #(\\at + 2) * " bytes                                                              \
  " / 2]\n"                                                                                                \
  "ldrsh r8, [r0, #\\at + 4]\n"                                                                            \
  "ldr" load " r9, [r1, #(\\at + 4) * " bytes                                                              \
  " / 2]\n"                                                                                                \
  "ldrsh r11, [r0, #\\at + 6]\n"                                                                           \
  "ldr" load " r12, [r1, #(\\at + 6) * " bytes                                                             \
  " / 2]\n"                                                                                                \
  "mla r2, r4, r5, r2\n"                                                                                   \
  "mla r2, r6, r7, r2\n"                                                                                   \
  "mla r2, r8, r9, r2\n"                                                                                   \
  "mla r2, r11, r12, r2\n"                                                                                 \
  ".endm\n"                                                                                                \
  "push {r4-r11, lr}\n"                                                                                    \
  "bic r4, r2, #7\n"                                                                                       \
  "and r5, r2, #7\n"                                                                                       \
  "movs r6, #" bytes                                                                                       \
  "\n"                                                                                                     \
  "muls r2, r6\n"                                                                                          \
  "add r4, r0, r4, lsl #1\n"                                                                               \
  "push {r2, r5}\n"                                                                                        \
  "mov r2, r4\n"                                                                                           \
  "push {r0-r3}\n"                                                                                         \
  "b 5f\n"                                                                                                 \
  "1: str r3, [sp, #12]\n"                                                                                 \
  "ldm sp, {r0, r1, r9}\n"                                                                                 \
  "ldr r10, [sp, #16]\n"                                                                                   \
  "add r2, r1, r10\n"                                                                                      \
  "add r3, r2, r10\n"                                                                                      \
  "add r4, r3, r10\n"                                                                                      \
  "add r5, r4, r10\n"                                                                                      \
  "str r5, [sp, #4]\n"                                                                                     \
  "subs r1, #4 * " bytes                                                                                   \
  "\n"                                                                                                     \
  "subs r2, #3 * " bytes                                                                                   \
  "\n"                                                                                                     \
  "subs r3, #2 * " bytes                                                                                   \
  "\n"                                                                                                     \
  "subs r4, #1 * " bytes                                                                                   \
  "\n"                                                                                                     \
  "movs r5, #0\n"                                                                                          \
  "movs r6, #0\n"                                                                                          \
  "movs r7, #0\n"                                                                                          \
  "mov r8, r5\n"                                                                                           \
  "cmp r0, r9\n"                                                                                           \
  "sub r0, r0, #10\n"                                                                                      \
  "beq 3f\n"                                                                                               \
  ".balign 4\n"                                                                                            \
  "2:\n"                                                                                                   \
  "atome_column \"sh r9, [r0, #10]\", \"" load " r10, [r1, #4 * " bytes "]\", \"" load                     \
  " r11, [r2, #3 * " bytes "]\", \"" load " r12, [r3, #2 * " bytes "]\", \"" load " lr, [r4, #1 * " bytes  \
  "]\"\n"                                                                                                  \
  "atome_column \"sh r9, [r0, #12]\", \"" load " r10, [r1, #5 * " bytes "]\", \"" load                     \
  " r11, [r2, #4 * " bytes "]\", \"" load " r12, [r3, #3 * " bytes "]\", \"" load " lr, [r4, #2 * " bytes  \
  "]\"\n"                                                                                                  \
  "atome_column \"sh r9, [r0, #14]\", \"" load " r10, [r1, #6 * " bytes "]\", \"" load                     \
  " r11, [r2, #5 * " bytes "]\", \"" load " r12, [r3, #4 * " bytes "]\", \"" load " lr, [r4, #3 * " bytes  \
  "]\"\n"                                                                                                  \
  "atome_column \"sh r9, [r0, #16]!\", \"" load " r10, [r1, #7 * " bytes "]\", \"" load                    \
  " r11, [r2, #6 * " bytes "]\", \"" load " r12, [r3, #5 * " bytes "]\", \"" load " lr, [r4, #4 * " bytes  \
  "]\"\n"                                                                                                  \
  "atome_column \"" load " r10, [r1, #8 * " bytes "]!\", \"sh r9, [r0, #2]\", \"" load                     \
  " r11, [r2, #7 * " bytes "]\", \"" load " r12, [r3, #6 * " bytes "]\", \"" load " lr, [r4, #5 * " bytes  \
  "]\"\n"                                                                                                  \
  "atome_column \"" load " r11, [r2, #8 * " bytes "]!\", \"sh r9, [r0, #4]\", \"" load                     \
  " r10, [r1, #1 * " bytes "]\", \"" load " r12, [r3, #7 * " bytes "]\", \"" load " lr, [r4, #6 * " bytes  \
  "]\"\n"                                                                                                  \
  "atome_column \"" load " r12, [r3, #8 * " bytes "]!\", \"sh r9, [r0, #6]\", \"" load                     \
  " r10, [r1, #2 * " bytes "]\", \"" load " r11, [r2, #1 * " bytes "]\", \"" load " lr, [r4, #7 * " bytes  \
  "]\"\n"                                                                                                  \
  "atome_column \"" load " lr, [r4, #8 * " bytes "]!\", \"sh r9, [r0, #8]\", \"" load                      \
  " r10, [r1, #3 * " bytes "]\", \"" load " r11, [r2, #2 * " bytes "]\", \"" load " r12, [r3, #1 * " bytes \
  "]\"\n"                                                                                                  \
  "ldr r9, [sp, #8]\n"                                                                                     \
  "add r10, r0, #10\n"                                                                                     \
  "cmp r10, r9\n"                                                                                          \
  "bne 2b\n"                                                                                               \
  "3: ldr lr, [sp, #20]\n"                                                                                 \
  "cmp lr, #0\n"                                                                                           \
  "beq 4f\n"                                                                                               \
  "6: ldrsh r9, [r0, #10]\n"                                                                               \
  "ldr" load " r10, [r1, #4 * " bytes                                                                      \
  "]\n"                                                                                                    \
  "ldr" load " r11, [r2, #3 * " bytes                                                                      \
  "]\n"                                                                                                    \
  "mla r5, r9, r10, r5\n"                                                                                  \
  "mla r6, r9, r11, r6\n"                                                                                  \
  "ldr" load " r10, [r3, #2 * " bytes                                                                      \
  "]\n"                                                                                                    \
  "ldr" load " r11, [r4, #1 * " bytes                                                                      \
  "]\n"                                                                                                    \
  "mla r7, r9, r10, r7\n"                                                                                  \
  "mla r8, r9, r11, r8\n"                                                                                  \
  "adds r0, #2\n"                                                                                          \
  "adds r1, #" bytes                                                                                       \
  "\n"                                                                                                     \
  "adds r2, #" bytes                                                                                       \
  "\n"                                                                                                     \
  "adds r3, #" bytes                                                                                       \
  "\n"                                                                                                     \
  "adds r4, #" bytes                                                                                       \
  "\n"                                                                                                     \
  "subs lr, lr, #1\n"                                                                                      \
  "bne 6b\n"                                                                                               \
  "4: ldr r0, [sp, #60]\n"                                                                                 \
  "stmia r0!, {r5-r8}\n"                                                                                   \
  "str r0, [sp, #60]\n"                                                                                    \
  "ldr r3, [sp, #12]\n"                                                                                    \
  "5: subs r3, #4\n"                                                                                       \
  "bge 1b\n" /* Rows that make no four, one at a time. */                                                  \
  "adds r3, #4\n"                                                                                          \
  "beq 10f\n"                                                                                              \
  "ldr r1, [sp, #4]\n"                                                                                     \
  "7: ldr r0, [sp]\n"                                                                                      \
  "ldr r10, [sp, #8]\n"                                                                                    \
  "movs r2, #0\n"                                                                                          \
  "cmp r0, r10\n"                                                                                          \
  "beq 9f\n"                                                                                               \
  "8: atome_row 0\n"                                                                                       \
  "atome_row 8\n"                                                                                          \
  "adds r0, #16\n"                                                                                         \
  "adds r1, #8 * " bytes                                                                                   \
  "\n"                                                                                                     \
  "cmp r0, r10\n"                                                                                          \
  "bne 8b\n"                                                                                               \
  "9: ldr lr, [sp, #20]\n"                                                                                 \
  "cmp lr, #0\n"                                                                                           \
  "beq 12f\n"                                                                                              \
  "11: ldrsh r4, [r0], #2\n"                                                                               \
  "ldr" load " r5, [r1], #" bytes                                                                          \
  "\n"                                                                                                     \
  "mla r2, r4, r5, r2\n"                                                                                   \
  "subs lr, lr, #1\n"                                                                                      \
  "bne 11b\n"                                                                                              \
  "12: ldr r0, [sp, #60]\n"                                                                                \
  "stmia r0!, {r2}\n"                                                                                      \
  "str r0, [sp, #60]\n"                                                                                    \
  "subs r3, #1\n"                                                                                          \
  "bne 7b\n"                                                                                               \
  "10: add sp, #24\n"                                                                                      \
  "pop {r4-r11, pc}\n"                                                                                     \
  ".purgem atome_column\n"                                                                                 \
  ".purgem atome_row\n"

#endif  // ATOME_ENGINE_MATHS_KERNELS_SCORE_ROWS_H_
