// Scores of keys for one query, as engine/f32/kernels/scores.h says, for the Cortex-M4 with its FPU, whose
// registers hold sixteen elements of the query: one comes from there in a cycle, as from memory, and takes no
// address.
#ifndef ATOME_ENGINE_F32_KERNELS_SCORES_H_
#define ATOME_ENGINE_F32_KERNELS_SCORES_H_

#include <stdint.h>

#include "engine/maths/kernels/wide.h"

namespace atome::kernel {

inline constexpr bool kEstimateFirst = false;

inline constexpr uint32_t kScoredTogether = 16;  // elements

// Two keys at a time, so that what is taken of the query serves both; the last of an odd number goes with
// itself. r0 and r1 keys, r2, r3 and r12, lr their sums, r4 to r7 of the query, r8 to r11 of a key; s16 the
// scores, s17 the keys left, s18 the bytes from key to key. `begin` makes the sums from scores at r4, when
// the flags say "ge" of both, and `first` is the first product of a sum.
#define ATOME_SCORES(begin, first)               \
  ".syntax unified\n"                            \
  ".macro atome_key first, key, low, high\n"     \
  "ldm \\key!, {r8-r11}\n"                       \
  "\\first \\low, \\high, r4, r8\n"              \
  "smlal \\low, \\high, r5, r9\n"                \
  "smlal \\low, \\high, r6, r10\n"               \
  "smlal \\low, \\high, r7, r11\n"               \
  ".endm\n"                                      \
  ".macro atome_elements first, a, b, c, e\n"    \
  "vmov r4, \\a\n"                               \
  "vmov r5, \\b\n"                               \
  "vmov r6, \\c\n"                               \
  "vmov r7, \\e\n"                               \
  "atome_key \\first, r0, r2, r3\n"              \
  "atome_key \\first, r1, r12, lr\n"             \
  ".endm\n"                                      \
  "push {r4-r11, lr}\n"                          \
  "vpush {s16-s18}\n"                            \
  "ldr r4, [sp, #48]\n"                          \
  "vldm r0, {s0-s15}\n"                          \
  "mov r0, r1\n"                                 \
  "vmov s18, r2\n"                               \
  ".balign 4\n"                                  \
  "1: subs r3, #2\n"                             \
  "vmov s16, r4\n"                               \
  "vmov s17, r3\n"                               \
  "ite ge\n"                                     \
  "addge r1, r0, r2\n"                           \
  "movlt r1, r0\n" begin "atome_elements " first \
  ", s0, s1, s2, s3\n"                           \
  "atome_elements smlal, s4, s5, s6, s7\n"       \
  "atome_elements smlal, s8, s9, s10, s11\n"     \
  "atome_elements smlal, s12, s13, s14, s15\n"   \
  "vmov r4, s16\n"                               \
  "vmov r6, s17\n"                               \
  "strd r2, r3, [r4], #8\n"                      \
  "vmov r2, s18\n"                               \
  "movs r3, r6\n"                                \
  "it pl\n"                                      \
  "strdpl r12, lr, [r4], #8\n"                   \
  "sub r0, r1, #64\n"                            \
  "add r0, r2\n"                                 \
  "bgt 1b\n"                                     \
  "vpop {s16-s18}\n"                             \
  "pop {r4-r11, pc}\n"                           \
  ".purgem atome_key\n"                          \
  ".purgem atome_elements\n"

// scores[j] = the products of sixteen elements of the query with those of key j; keys are `stride` bytes
// apart.
[[gnu::naked, gnu::noipa]] inline void ScoresOfSixteen(const int32_t* /*query*/, const int32_t* /*keys*/,
                                                       uint32_t /*stride*/, uint32_t /*count*/,
                                                       int64_t* /*scores*/) {
  asm volatile(ATOME_SCORES("", "smull"));
}

// scores[j] += the same.
[[gnu::naked, gnu::noipa]] inline void AddScoresOfSixteen(const int32_t* /*query*/, const int32_t* /*keys*/,
                                                          uint32_t /*stride*/, uint32_t /*count*/,
                                                          int64_t* /*scores*/) {
  asm volatile(
      ATOME_SCORES("ldrd r2, r3, [r4]\n"
                   "it ge\n"
                   "ldrdge r12, lr, [r4, #8]\n",
                   "smlal"));
}

#undef ATOME_SCORES

[[gnu::noinline]] inline void Scores(const int32_t* query, const int32_t* keys, uint32_t h, uint32_t count,
                                     int64_t* scores) {
  const uint32_t rest = h % kScoredTogether, stride = h * sizeof(int32_t);
  if (rest == 0) {
    ScoresOfSixteen(query, keys, stride, count, scores);
    h -= kScoredTogether;
    query += kScoredTogether;
    keys += kScoredTogether;
  } else {
    for (uint32_t j = 0; j < count; ++j) {
      int64_t sum = 0;
#pragma GCC unroll 4
      for (uint32_t r = 0; r < rest; ++r) sum = MulAdd(sum, query[r], keys[j * h + r]);
      scores[j] = sum;
    }
    h -= rest;
    query += rest;
    keys += rest;
  }
  for (; h != 0; h -= kScoredTogether) {
    AddScoresOfSixteen(query, keys, stride, count, scores);
    query += kScoredTogether;
    keys += kScoredTogether;
  }
}

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_SCORES_H_
