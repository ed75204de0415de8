// The body of AddTiles of f32 and q15 for the Cortex-M7, which issues two instructions a cycle. Arguments:
// codes, tables, tiles, groups, sums, fresh.
#ifndef ATOME_ENGINE_FRAMES_ADD_TILES_H_
#define ATOME_ENGINE_FRAMES_ADD_TILES_H_

// `load` an entry at r1 + code, of which `scale` makes bytes; `table`: bytes from a table to the next; `bias`
// 1 where entries are 2^15 more than their sums. `halves` makes no difference here.
//
// Eight look-ups are 24 instructions, 12 cycles, and half a one moves the table on: two pairs of them are
// under way at a time, a byte that was loaded is an index three cycles later at the earliest, and no two
// loads from one memory stand together. atome_pair looks up `first` and `second`, adds `first`, and adds
// `late` of the pair before, whose register gets the next code. All 16 groups are written out; a tile enters
// them so far from their end as it has groups, behind its first loads of codes.
//
// r0 codes, as far back as the entry is from the first group; r1 table; r2 to r5 codes, then entries; r6 to
// r12 and lr the sums. On the stack: tables, where the sums end, entry, how far back, what sums begin with;
// the registers; sums, fresh.
#define ATOME_ADD_TILES(load, scale, table, halves, bias)                    \
  ".syntax unified\n"                                                        \
  ".macro atome_load register\n" load ".w \\register, [r1, \\register" scale \
  "]\n"                                                                      \
  ".endm\n"                                                                  \
  ".macro atome_pair first, second, sum, late, late_sum, at\n"               \
  "atome_load \\first\n"                                                     \
  "add \\late_sum, \\late\n"                                                 \
  "ldrb.w \\late, [r0, #\\at]\n"                                             \
  "atome_load \\second\n"                                                    \
  "add \\sum, \\first\n"                                                     \
  ".endm\n"                                                                  \
  ".macro atome_group at\n"                                                  \
  "atome_pair r2, r3, r6, r5, lr, \\at + 3\n"                                \
  "ldrb.w r2, [r0, #\\at + 4]\n"                                             \
  "atome_pair r4, r5, r8, r3, r7, \\at + 5\n"                                \
  "ldrb.w r4, [r0, #\\at + 6]\n"                                             \
  "atome_pair r2, r3, r10, r5, r9, \\at + 7\n"                               \
  ".endm\n"                                                                  \
  "push {r4-r11, lr}\n"                                                      \
  "sub sp, #20\n"                                                            \
  "ldr r4, [sp, #56]\n"                                                      \
  "add r4, r4, r2, lsl #5\n"                                                 \
  "strd r1, r4, [sp]\n"                                                      \
  "movs r2, #0\n"                                                            \
  ".if " bias                                                                \
  "\n"                                                                       \
  "sub.w r2, r2, r3, lsl #15\n"                                              \
  ".endif\n"                                                                 \
  "rsb r3, r3, #16\n"                                                        \
  "lsls r1, r3, #3\n"                                                        \
  "strd r1, r2, [sp, #12]\n"                                                 \
  "adr r4, 4f + 1\n"                                                         \
  "movs r5, #84\n" /* bytes of a group's instructions */                     \
  "mla r4, r3, r5, r4\n"                                                     \
  "str r4, [sp, #8]\n"                                                       \
  "1: ldr r4, [sp, #60]\n"                                                   \
  "ldr r6, [sp, #16]\n"                                                      \
  "ldr r1, [sp]\n"                                                           \
  "ldrb r2, [r0]\n"                                                          \
  "ldrb r3, [r0, #1]\n"                                                      \
  "cbz r4, 3f\n"                                                             \
  "ldrb r4, [r0, #2]\n"                                                      \
  ".irp sum, r7, r8, r9, r10, r11, r12, lr\n"                                \
  "mov \\sum, r6\n"                                                          \
  ".endr\n"                                                                  \
  "2: ldr r5, [sp, #12]\n"                                                   \
  "subs r0, r0, r5\n"                                                        \
  "ldr r5, [sp, #8]\n"                                                       \
  "sub lr, lr, r5\n" /* which the entry adds */                              \
  "bx r5\n"                                                                  \
  "3: ldr r4, [sp, #56]\n"                                                   \
  "mov r5, r6\n"                                                             \
  "ldm r4, {r6-r12, lr}\n"                                                   \
  "ldrb r4, [r0, #2]\n"                                                      \
  ".if " bias                                                                \
  "\n"                                                                       \
  ".irp sum, r6, r7, r8, r9, r10, r11, r12, lr\n"                            \
  "add \\sum, r5\n"                                                          \
  ".endr\n"                                                                  \
  ".endif\n"                                                                 \
  "b 2b\n"                                                                   \
  ".balign 8\n"                                                              \
  "4:\n"                                                                     \
  ".irp at, 0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112\n"    \
  "atome_group \\at\n"                                                       \
  "ldrb.w r2, [r0, #\\at + 8]\n"                                             \
  "atome_load r4\n"                                                          \
  "add r11, r3\n"                                                            \
  "ldrb.w r3, [r0, #\\at + 9]\n"                                             \
  "atome_load r5\n"                                                          \
  "addw r1, r1, #" table                                                     \
  "\n"                                                                       \
  "add r12, r4\n"                                                            \
  "ldrb.w r4, [r0, #\\at + 10]\n"                                            \
  ".endr\n"                                                                  \
  "atome_group 120\n"                                                        \
  "ldr r2, [sp, #56]\n"                                                      \
  "atome_load r4\n"                                                          \
  "add r11, r3\n"                                                            \
  "atome_load r5\n"                                                          \
  "add r12, r4\n"                                                            \
  "ldr r3, [sp, #4]\n"                                                       \
  "add lr, r5\n"                                                             \
  "adds r0, #128\n"                                                          \
  "stm r2!, {r6-r12, lr}\n"                                                  \
  "cmp r2, r3\n"                                                             \
  "str r2, [sp, #56]\n"                                                      \
  "bne 1b\n"                                                                 \
  "add sp, #20\n"                                                            \
  "pop {r4-r11, pc}\n"                                                       \
  ".purgem atome_load\n"                                                     \
  ".purgem atome_pair\n"                                                     \
  ".purgem atome_group\n"

#endif  // ATOME_ENGINE_FRAMES_ADD_TILES_H_
