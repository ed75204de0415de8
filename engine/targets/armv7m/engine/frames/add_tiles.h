// The body of AddTiles of f32 and q15 for the Cortex-M3 and M4, whose consecutive loads overlap as far as
// they are from one memory. Arguments: codes, tables, tiles, groups, sums, fresh.
#ifndef ATOME_ENGINE_FRAMES_ADD_TILES_H_
#define ATOME_ENGINE_FRAMES_ADD_TILES_H_

// `load` an entry at r1 + code, of which `scale` makes bytes; `table`: bytes from a table to the next;
// `halves` 1 for q15, whose codes are bytes; `bias` 1 where entries are 2^15 more than their sums.
//
// Four look-ups are under way at a time. In f32 their codes are one load, 15 cycles for all: four loads of
// bytes would take a cycle less, and lose it again because codes and instructions come from one flash; where
// that has wait states, they lose more. In q15 the instructions are shorter, and four loads of bytes do make
// it 14. The registers leave none to count groups: eight groups are written out, entered so far from their
// end as there are groups left, and Z says that it is the last time through them. The first group of a fresh
// tile is loaded in place of sums.
//
// r0 codes, at the entry as far back as it is from the place before it where r0 moves on; r1 table; r2 to
// r5 codes, then entries; r6 to r12 and lr the sums. On the stack: entry, whether eight groups follow those
// from there, how far back, tables, where the sums end, what corrects the bias; the registers; sums, fresh.
#define ATOME_ADD_TILES(load, scale, table, halves, bias)                  \
  ".syntax unified\n"                                                      \
  ".macro atome_load register\n" load " \\register, [r1, \\register" scale \
  "]\n"                                                                    \
  ".endm\n"                                                                \
  ".macro atome_four at, first, second, third, fourth\n"                   \
  ".if " halves                                                            \
  "\n"                                                                     \
  "ldrb r2, [r0, #\\at]\n"                                                 \
  "ldrb r3, [r0, #\\at + 1]\n"                                             \
  "ldrb r4, [r0, #\\at + 2]\n"                                             \
  "ldrb r5, [r0, #\\at + 3]\n"                                             \
  ".else\n"                                                                \
  "ldr r5, [r0, #\\at]\n"                                                  \
  "uxtb r2, r5\n"                                                          \
  "ubfx r3, r5, #8, #8\n"                                                  \
  "ubfx r4, r5, #16, #8\n"                                                 \
  "lsr.w r5, r5, #24\n"                                                    \
  ".endif\n"                                                               \
  "atome_load r2\n"                                                        \
  "atome_load r3\n"                                                        \
  "atome_load r4\n"                                                        \
  "atome_load r5\n"                                                        \
  "add \\first, r2\n"                                                      \
  "add \\second, r3\n"                                                     \
  "add \\third, r4\n"                                                      \
  "add \\fourth, r5\n"                                                     \
  ".endm\n"                                                                \
  ".macro atome_groups\n"                                                  \
  ".irp at, 0, 8, 16, 24\n"                                                \
  "atome_four \\at, r6, r7, r8, r9\n"                                      \
  "atome_four \\at + 4, r10, r11, r12, lr\n"                               \
  ".if \\at == 24\n"                                                       \
  "add.w r0, r0, #32\n"                                                    \
  ".endif\n"                                                               \
  "add.w r1, r1, #" table                                                  \
  "\n"                                                                     \
  ".endr\n"                                                                \
  ".endm\n"                                                                \
  "push {r4-r11, lr}\n"                                                    \
  "sub sp, #24\n"                                                          \
  "ldr r4, [sp, #60]\n"                                                    \
  "add r4, r4, r2, lsl #5\n"                                               \
  "strd r1, r4, [sp, #12]\n"                                               \
  ".if " bias                                                              \
  "\n"                                                                     \
  "rsbs r2, r3, #0\n"                                                      \
  "lsls r2, r2, #15\n"                                                     \
  "str r2, [sp, #20]\n"                                                    \
  ".endif\n"                                                               \
  "ldr r4, [sp, #64]\n"                                                    \
  "movs r5, #0\n"                                                          \
  "subs r3, r3, r4\n"                                                      \
  "rsbs r3, r3, #8\n"                                                      \
  "bge 1f\n"                                                               \
  "adds r3, #8\n"                                                          \
  "movs r5, #1\n"                                                          \
  "1: adr r4, 4f + 1\n"                                                    \
  "lsrs r2, r3, #2\n"                                                      \
  "add r4, r4, r2, lsl #2\n"                                               \
  "movs r2, #84 - 32 * " halves                                            \
  "\n" /* bytes of a group's instructions */                               \
  "mla r4, r3, r2, r4\n"                                                   \
  "strd r4, r5, [sp]\n"                                                    \
  "and r3, r3, #3\n"                                                       \
  "ldr r2, [sp, #64]\n"                                                    \
  "subs r3, r3, r2\n"                                                      \
  "lsls r3, r3, #3\n"                                                      \
  "str r3, [sp, #8]\n"                                                     \
  "2: ldr r5, [sp, #64]\n"                                                 \
  "ldr r1, [sp, #12]\n"                                                    \
  "cbz r5, 3f\n"                                                           \
  "ldr r2, [r0]\n"                                                         \
  "ldr r3, [r0, #4]\n"                                                     \
  "uxtb r6, r2\n"                                                          \
  "ubfx r7, r2, #8, #8\n"                                                  \
  "ubfx r8, r2, #16, #8\n"                                                 \
  "lsr r9, r2, #24\n"                                                      \
  "uxtb r10, r3\n"                                                         \
  "ubfx r11, r3, #8, #8\n"                                                 \
  "ubfx r12, r3, #16, #8\n"                                                \
  "lsr lr, r3, #24\n"                                                      \
  ".irp sum, r6, r7, r8, r9, r10, r11, r12, lr\n"                          \
  "atome_load \\sum\n"                                                     \
  ".endr\n"                                                                \
  "ldr r2, [sp]\n"                                                         \
  "ldr r3, [sp, #4]\n"                                                     \
  "ldr r4, [sp, #8]\n"                                                     \
  "add r1, r1, #" table                                                    \
  "\n"                                                                     \
  "subs r0, r0, r4\n"                                                      \
  "lsls r3, r3, #1\n"                                                      \
  "bx r2\n"                                                                \
  "3: ldr r5, [sp, #60]\n"                                                 \
  "ldr r2, [sp]\n"                                                         \
  "ldr r3, [sp, #4]\n"                                                     \
  "ldr r4, [sp, #8]\n"                                                     \
  "ldm r5, {r6-r12, lr}\n"                                                 \
  "subs r0, r0, r4\n"                                                      \
  "lsls r3, r3, #1\n"                                                      \
  "bx r2\n"                                                                \
  ".balign 4\n"                                                            \
  "4: atome_groups\n"                                                      \
  "atome_groups\n"                                                         \
  "bne 5f\n"                                                               \
  ".if " bias                                                              \
  "\n"                                                                     \
  "ldr r2, [sp, #20]\n"                                                    \
  ".irp sum, r6, r7, r8, r9, r10, r11, r12, lr\n"                          \
  "add \\sum, r2\n"                                                        \
  ".endr\n"                                                                \
  ".endif\n"                                                               \
  "ldr r2, [sp, #60]\n"                                                    \
  "ldr r3, [sp, #16]\n"                                                    \
  "stm r2!, {r6-r12, lr}\n"                                                \
  "cmp r2, r3\n"                                                           \
  "str r2, [sp, #60]\n"                                                    \
  "bne 2b\n"                                                               \
  "add sp, #24\n"                                                          \
  "pop {r4-r11, pc}\n"                                                     \
  "5: cmp r0, r0\n"                                                        \
  "b 4b\n"                                                                 \
  ".purgem atome_load\n"                                                   \
  ".purgem atome_four\n"                                                   \
  ".purgem atome_groups\n"

#endif  // ATOME_ENGINE_FRAMES_ADD_TILES_H_
