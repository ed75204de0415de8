// The body of AddProducts of f32 and q15, for the Cortex-M0 and M0+: eight low registers, the others only for
// moves and additions. Arguments: codes, stride, rows, tables, groups, sums.
#ifndef ATOME_ENGINE_FRAMES_ADD_PRODUCTS_H_
#define ATOME_ENGINE_FRAMES_ADD_PRODUCTS_H_

#include "engine/frames/registers.h"

// `load` an entry of 2^`shift` bytes; `entries` from a table to the next.
// Eight rows' sums stay in registers, four of them high ones. r0 codes, r1 table, r2 an entry, r3 groups
// left; r12 the stride of the codes, lr that of the tables. On the stack: codes, stride, rows, tables; high
// registers; low registers; groups, sums.
#define ATOME_ADD_PRODUCTS(load, shift, entries)        \
  ".syntax unified\n"                                   \
  ".macro atome_entry\n"                                \
  "lsls r2, r2, #" shift "\n" load                      \
  " r2, [r1, r2]\n"                                     \
  ".endm\n"                                             \
  ".macro atome_row at, sum\n"                          \
  "ldrb r2, [r0, #\\at]\n"                              \
  "atome_entry\n"                                       \
  "add \\sum, r2\n"                                     \
  ".endm\n" ATOME_PUSH_REGISTERS                        \
  "push {r0-r3}\n"                                      \
  "mov r12, r1\n"                                       \
  "movs r0, #" entries                                  \
  "\n"                                                  \
  "lsls r0, r0, #" shift                                \
  "\n"                                                  \
  "mov lr, r0\n"                                        \
  "1: ldr r2, [sp, #8]\n"                               \
  "subs r2, #8\n"                                       \
  "blt 3f\n"                                            \
  "str r2, [sp, #8]\n"                                  \
  "ldr r3, [sp, #56]\n"                                 \
  "adds r3, #16\n"                                      \
  "ldmia r3!, {r4-r7}\n"                                \
  "mov r8, r4\n"                                        \
  "mov r9, r5\n"                                        \
  "mov r10, r6\n"                                       \
  "mov r11, r7\n"                                       \
  "subs r3, #32\n"                                      \
  "ldmia r3!, {r4-r7}\n"                                \
  "ldr r0, [sp]\n"                                      \
  "ldr r1, [sp, #12]\n"                                 \
  "ldr r3, [sp, #52]\n"                                 \
  "2:\n"                                                \
  "atome_row 0, r4\n"                                   \
  "atome_row 1, r5\n"                                   \
  "atome_row 2, r6\n"                                   \
  "atome_row 3, r7\n"                                   \
  "atome_row 4, r8\n"                                   \
  "atome_row 5, r9\n"                                   \
  "atome_row 6, r10\n"                                  \
  "atome_row 7, r11\n"                                  \
  "add r0, r12\n"                                       \
  "add r1, lr\n"                                        \
  "subs r3, #1\n"                                       \
  "bne 2b\n"                                            \
  "ldr r3, [sp, #56]\n"                                 \
  "stmia r3!, {r4-r7}\n"                                \
  "mov r4, r8\n"                                        \
  "mov r5, r9\n"                                        \
  "mov r6, r10\n"                                       \
  "mov r7, r11\n"                                       \
  "stmia r3!, {r4-r7}\n"                                \
  "str r3, [sp, #56]\n"                                 \
  "ldr r0, [sp]\n"                                      \
  "adds r0, #8\n"                                       \
  "str r0, [sp]\n"                                      \
  "b 1b\n" /* Rows that make no tile, one at a time. */ \
  "3: movs r7, r2\n"                                    \
  "adds r7, #8\n"                                       \
  "beq 6f\n"                                            \
  "4: ldr r0, [sp]\n"                                   \
  "ldr r1, [sp, #12]\n"                                 \
  "ldr r3, [sp, #56]\n"                                 \
  "ldr r4, [sp, #52]\n"                                 \
  "ldr r5, [r3]\n"                                      \
  "5: ldrb r2, [r0]\n"                                  \
  "add r0, r12\n"                                       \
  "atome_entry\n"                                       \
  "add r1, lr\n"                                        \
  "adds r5, r5, r2\n"                                   \
  "subs r4, #1\n"                                       \
  "bne 5b\n"                                            \
  "stmia r3!, {r5}\n"                                   \
  "str r3, [sp, #56]\n"                                 \
  "ldr r0, [sp]\n"                                      \
  "adds r0, #1\n"                                       \
  "str r0, [sp]\n"                                      \
  "subs r7, #1\n"                                       \
  "bne 4b\n"                                            \
  "6: add sp, #16\n" ATOME_POP_REGISTERS                \
  ".purgem atome_entry\n"                               \
  ".purgem atome_row\n"

#endif  // ATOME_ENGINE_FRAMES_ADD_PRODUCTS_H_
