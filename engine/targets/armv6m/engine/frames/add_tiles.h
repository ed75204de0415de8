// The body of AddTiles of f32 and q15 for the Cortex-M0 and M0+: eight low registers, the others only for
// moves and additions. Arguments: codes, tables, tiles, groups, sums, fresh.
#ifndef ATOME_ENGINE_FRAMES_ADD_TILES_H_
#define ATOME_ENGINE_FRAMES_ADD_TILES_H_

#include "engine/frames/registers.h"

// `load` an entry; `entries` from a table to the next; `halves` 1 for q15: entries are uint16, 2^15 more than
// their sums, and codes are bytes.
//
// Four groups are written out; the first time a tile enters them so far from their end that the rest are
// whole fours.
//
// r0 codes, at the entry as far back as it is from the first of the four; r1 table; r2 a code, then an entry;
// r3 fours left; r4 to r11 the sums; r12 the entry; lr bytes from a table to the next. On the stack: tables,
// tiles left, how far back, fours, what sums begin with; the registers; sums, fresh.
#define ATOME_ADD_TILES(load, entries, halves)   \
  ".syntax unified\n"                            \
  ".macro atome_row at, sum\n"                   \
  "ldrb r2, [r0, #\\at]\n"                       \
  ".if " halves                                  \
  " == 0\n"                                      \
  "lsls r2, r2, #2\n"                            \
  ".endif\n" load                                \
  " r2, [r1, r2]\n"                              \
  "add \\sum, r2\n"                              \
  ".endm\n" ATOME_PUSH_REGISTERS                 \
  "sub sp, #20\n"                                \
  "str r1, [sp]\n"                               \
  "str r2, [sp, #4]\n"                           \
  "movs r4, #0\n"                                \
  ".if " halves                                  \
  "\n"                                           \
  "lsls r5, r3, #15\n"                           \
  "subs r4, r4, r5\n"                            \
  ".endif\n"                                     \
  "str r4, [sp, #16]\n"                          \
  "adds r4, r3, #3\n"                            \
  "lsrs r4, r4, #2\n"                            \
  "str r4, [sp, #12]\n"                          \
  "lsls r4, r4, #2\n"                            \
  "subs r4, r4, r3\n"                            \
  "lsls r3, r4, #3\n"                            \
  "str r3, [sp, #8]\n"                           \
  "movs r3, #66 - 16 * " halves                  \
  "\n" /* bytes of a group's instructions */     \
  "muls r3, r4\n"                                \
  "adr r4, 4f\n"                                 \
  "adds r4, #1\n"                                \
  "adds r4, r4, r3\n"                            \
  "mov r12, r4\n"                                \
  "movs r4, #" entries                           \
  "\n"                                           \
  "lsls r4, r4, #2 - " halves                    \
  "\n"                                           \
  "mov lr, r4\n"                                 \
  "1: ldr r1, [sp]\n"                            \
  "ldr r2, [sp, #8]\n"                           \
  "subs r0, r0, r2\n"                            \
  "ldr r2, [sp, #60]\n"                          \
  "ldr r3, [sp, #56]\n"                          \
  "cmp r2, #0\n"                                 \
  "beq 3f\n"                                     \
  "ldr r4, [sp, #16]\n"                          \
  "movs r5, r4\n"                                \
  "movs r6, r4\n"                                \
  "movs r7, r4\n"                                \
  ".irp sum, r8, r9, r10, r11\n"                 \
  "mov \\sum, r4\n"                              \
  ".endr\n"                                      \
  "2: ldr r3, [sp, #12]\n"                       \
  "bx r12\n"                                     \
  "3: adds r3, #16\n"                            \
  "ldmia r3!, {r4-r7}\n"                         \
  "mov r8, r4\n"                                 \
  "mov r9, r5\n"                                 \
  "mov r10, r6\n"                                \
  "mov r11, r7\n"                                \
  "subs r3, #32\n"                               \
  "ldmia r3!, {r4-r7}\n"                         \
  ".if " halves                                  \
  "\n"                                           \
  "ldr r2, [sp, #16]\n"                          \
  ".irp sum, r4, r5, r6, r7, r8, r9, r10, r11\n" \
  "add \\sum, r2\n"                              \
  ".endr\n"                                      \
  ".endif\n"                                     \
  "b 2b\n"                                       \
  ".balign 4\n"                                  \
  "4:\n"                                         \
  ".irp at, 0, 8, 16, 24\n"                      \
  "atome_row \\at, r4\n"                         \
  "atome_row \\at + 1, r5\n"                     \
  "atome_row \\at + 2, r6\n"                     \
  "atome_row \\at + 3, r7\n"                     \
  "atome_row \\at + 4, r8\n"                     \
  "atome_row \\at + 5, r9\n"                     \
  "atome_row \\at + 6, r10\n"                    \
  "atome_row \\at + 7, r11\n"                    \
  "add r1, lr\n"                                 \
  ".endr\n"                                      \
  "adds r0, #32\n"                               \
  "subs r3, #1\n"                                \
  "beq 5f\n"                                     \
  "b 4b\n"                                       \
  "5: ldr r3, [sp, #56]\n"                       \
  "stmia r3!, {r4-r7}\n"                         \
  "mov r4, r8\n"                                 \
  "mov r5, r9\n"                                 \
  "mov r6, r10\n"                                \
  "mov r7, r11\n"                                \
  "stmia r3!, {r4-r7}\n"                         \
  "str r3, [sp, #56]\n"                          \
  "ldr r2, [sp, #4]\n"                           \
  "subs r2, #1\n"                                \
  "beq 6f\n"                                     \
  "str r2, [sp, #4]\n"                           \
  "b 1b\n"                                       \
  "6: add sp, #20\n" ATOME_POP_REGISTERS ".purgem atome_row\n"

#endif  // ATOME_ENGINE_FRAMES_ADD_TILES_H_
