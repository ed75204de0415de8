#include "emulation/unicorn/code_seen.h"

#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

// However far the table grows, the same code counts once.
TEST(CodeSeen, CountsEachBlockOnce) {
  constexpr uint32_t kBlocks = 5000;
  const uint8_t code[] = {0x70, 0x47, 0x00, 0xBF};
  CodeSeen seen;
  for (int round = 0; round < 2; ++round) {
    for (uint32_t k = 0; k < kBlocks; ++k) ASSERT_TRUE(seen.Add({4 * k, 4}, code, 4 * kBlocks)) << round << k;
  }
  EXPECT_GE(seen.bytes(), 8 * kBlocks);
  EXPECT_LE(seen.bytes(), 32 * kBlocks);
  const uint8_t other[] = {0x70, 0x47, 0x01, 0xBF};
  EXPECT_FALSE(seen.Add({0, 4}, other, 4 * kBlocks)) << "other code at the same place";
}

TEST(CodeSeen, TheLimitItselfIsAllowed) {
  const uint8_t code[] = {0x70, 0x47, 0x00, 0xBF};
  CodeSeen seen;
  EXPECT_TRUE(seen.Add({0, 4}, code, 6));
  EXPECT_TRUE(seen.Add({4, 2}, code, 6));
  EXPECT_TRUE(seen.Add({4, 2}, code, 6));
  EXPECT_FALSE(seen.Add({8, 2}, code, 6));
}

}  // namespace
}  // namespace atome::emulation
