// What the makers of tables of q15 share on Armv7-M: two entries a word. r0 the next word, r1 table.
#ifndef ATOME_ENGINE_Q15_KERNELS_TABLE_WORDS_H_
#define ATOME_ENGINE_Q15_KERNELS_TABLE_WORDS_H_

// atome_words: a word for each difference to the next, from word `at` of the table on. atome_13_words: the
// first 13, whose differences are those of every table.
#define ATOME_TABLE_WORDS                                               \
  ".macro atome_words at, delta, others:vararg\n"                       \
  "str r0, [r1, #4 * (\\at)]\n"                                         \
  "add r0, \\delta\n"                                                   \
  ".ifnb \\others\n"                                                    \
  "atome_words (\\at) + 1, \\others\n"                                  \
  ".endif\n"                                                            \
  ".endm\n"                                                             \
  ".macro atome_13_words\n"                                             \
  "atome_words 0, r2, r3, r4, r5, r6, r4, r2, r3, r7, r2, r3, r4, r5\n" \
  ".endm\n"

#define ATOME_PURGE_TABLE_WORDS \
  ".purgem atome_words\n"       \
  ".purgem atome_13_words\n"

// Of a in r2, b in r7, `c` and the sum of x in r12: the first word, then the differences of a, a + b and a +
// c in r2 to r7.
#define ATOME_TABLE_DIFFERENCES(c) \
  "rsb r12, r12, #32768\n"         \
  "add r0, r12, r2\n"              \
  "add r0, r12, r0, lsl #16\n"     \
  "add r12, r2, r7\n"              \
  "add r7, r2, " c                 \
  "\n"                             \
  "lsls r6, r2, #1\n"              \
  "add r2, r6, r12, lsl #16\n"     \
  "add r3, r12, r6, lsl #16\n"     \
  "add r4, r12, r12, lsl #16\n"    \
  "add r5, r6, r7, lsl #16\n"      \
  "add r6, r7, r6, lsl #16\n"      \
  "add r7, r7, r7, lsl #16\n"

#endif  // ATOME_ENGINE_Q15_KERNELS_TABLE_WORDS_H_
