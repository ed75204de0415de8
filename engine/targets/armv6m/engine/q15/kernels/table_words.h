// What the makers of tables of q15 share on Armv6-M: two entries a word, three words a store. r1 table, r4
// the next word.
#ifndef ATOME_ENGINE_Q15_KERNELS_TABLE_WORDS_H_
#define ATOME_ENGINE_Q15_KERNELS_TABLE_WORDS_H_

// atome_three: three words, by the differences from each to the next; atome_high_three: by those in r8, r9
// and r0.
#define ATOME_TABLE_WORDS                     \
  ".macro atome_three first, second, third\n" \
  "adds r5, r4, \\first\n"                    \
  "adds r6, r5, \\second\n"                   \
  "stmia r1!, {r4-r6}\n"                      \
  "adds r4, r6, \\third\n"                    \
  ".endm\n"                                   \
  ".macro atome_high_three\n"                 \
  "mov r5, r4\n"                              \
  "add r5, r8\n"                              \
  "mov r6, r5\n"                              \
  "add r6, r9\n"                              \
  "stmia r1!, {r4-r6}\n"                      \
  "adds r4, r6, r0\n"                         \
  ".endm\n"

#define ATOME_PURGE_TABLE_WORDS \
  ".purgem atome_three\n"       \
  ".purgem atome_high_three\n"

// Of a in r2, b in r3, c in r7 and the sum of x in r4: the first word, then the differences of a, a + b and a
// + c in r2, r3, r0, r8, r9 and r7. r5 and r6 serve.
#define ATOME_TABLE_DIFFERENCES \
  "movs r5, #1\n"               \
  "lsls r5, r5, #15\n"          \
  "subs r4, r5, r4\n"           \
  "adds r5, r4, r2\n"           \
  "lsls r5, r5, #16\n"          \
  "adds r4, r4, r5\n"           \
  "adds r3, r3, r2\n"           \
  "adds r7, r7, r2\n"           \
  "lsls r2, r2, #1\n"           \
  "lsls r5, r2, #16\n"          \
  "lsls r6, r7, #16\n"          \
  "adds r0, r2, r6\n"           \
  "mov r8, r0\n"                \
  "adds r0, r7, r5\n"           \
  "mov r9, r0\n"                \
  "adds r7, r7, r6\n"           \
  "lsls r6, r3, #16\n"          \
  "adds r0, r3, r6\n"           \
  "adds r2, r2, r6\n"           \
  "adds r3, r3, r5\n"

#endif  // ATOME_ENGINE_Q15_KERNELS_TABLE_WORDS_H_
