// The body of AddProducts of f32 and q15, for the Cortex-M3 and M4, whose consecutive loads overlap, and what
// the Cortex-M7 has of it. Arguments: codes, stride, rows, tables, groups, sums.
#ifndef ATOME_ENGINE_FRAMES_ADD_PRODUCTS_H_
#define ATOME_ENGINE_FRAMES_ADD_PRODUCTS_H_

// A tile of eight rows is done: stores its sums and begins the next at 1, or goes on with rows left - 8 in
// r2. On the stack: codes, stride, rows, tables; the registers; groups, sums.
#define ATOME_END_TILE    \
  "ldr r3, [sp, #56]\n"   \
  "stmia r3!, {r4-r11}\n" \
  "str r3, [sp, #56]\n"   \
  "ldr r0, [sp]\n"        \
  "ldr r2, [sp, #8]\n"    \
  "adds r0, #8\n"         \
  "str r0, [sp]\n"        \
  "subs r2, #8\n"         \
  "bge 1b\n"

// Rows that make no tile, one at a time, and the return. `next` ends a group: not equal while there are more.
#define ATOME_LEFT_ROWS(first, load, shift, table, next) \
  "3: adds r7, r2, #8\n"                                 \
  "beq 6f\n" first                                       \
  "4: ldr r0, [sp]\n"                                    \
  "ldr r1, [sp, #12]\n"                                  \
  "ldr r3, [sp, #56]\n"                                  \
  "ldr r4, [sp, #52]\n"                                  \
  "ldr r5, [r3]\n"                                       \
  "5: ldrb r2, [r0]\n"                                   \
  "add r0, r12\n" load " r2, [r1, r2, lsl #" shift       \
  "]\n"                                                  \
  "add r1, r1, #" table                                  \
  "\n"                                                   \
  "add r5, r2\n" next                                    \
  "\n"                                                   \
  "bne 5b\n"                                             \
  "stmia r3!, {r5}\n"                                    \
  "str r3, [sp, #56]\n"                                  \
  "ldr r0, [sp]\n"                                       \
  "adds r0, #1\n"                                        \
  "str r0, [sp]\n"                                       \
  "subs r7, #1\n"                                        \
  "bne 4b\n"                                             \
  "6: add sp, #16\n"                                     \
  "pop {r4-r11, pc}\n"

// `load` an entry of 2^`shift` bytes; `table`: bytes from a table to the next; `groups`: a loop of
// atome_group, lr of them. Eight rows' sums stay in registers. Loads of two rows alternate, so that they
// overlap: 7 cycles for both.
#define ATOME_ADD_PRODUCTS(load, shift, table, groups) \
  ".syntax unified\n"                                       \
  ".macro atome_two at, sum, next\n"                        \
  "ldrb r2, [r0, #\\at]\n"                                  \
  "ldrb r3, [r0, #\\at + 1]\n"                              \
  load " r2, [r1, r2, lsl #" shift "]\n"                    \
  load " r3, [r1, r3, lsl #" shift "]\n"                    \
  "add \\sum, r2\n"                                         \
  "add \\next, r3\n"                                        \
  ".endm\n"                                                 \
  ".macro atome_group\n"                                    \
  "atome_two 0, r4, r5\n"                                   \
  "atome_two 2, r6, r7\n"                                   \
  "atome_two 4, r8, r9\n"                                   \
  "atome_two 6, r10, r11\n"                                 \
  "add r0, r12\n"                                           \
  "add r1, r1, #" table "\n"                                \
  ".endm\n"                                                 \
  "push {r4-r11, lr}\n"                                     \
  "push {r0-r3}\n"                                          \
  "mov r12, r1\n"                                           \
  "ldr r3, [sp, #56]\n"                                     \
  "subs r2, #8\n"                                           \
  "blt 3f\n"                                                \
  "1: str r2, [sp, #8]\n"                                   \
  "ldr r1, [sp, #12]\n"                                     \
  "ldr lr, [sp, #52]\n"                                     \
  "ldm r3, {r4-r11}\n"                                      \
  groups                                                    \
  ATOME_END_TILE                                            \
  ATOME_LEFT_ROWS("", load, shift, table, "subs r4, #1")    \
  ".purgem atome_two\n"                                     \
  ".purgem atome_group\n"

#endif  // ATOME_ENGINE_FRAMES_ADD_PRODUCTS_H_
