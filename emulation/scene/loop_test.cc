#include "emulation/scene/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

using ::testing::ElementsAre;

using Blocks = std::vector<uint32_t>;

Blocks Times(int rounds, const Blocks& round) {
  Blocks blocks;
  for (int i = 0; i < rounds; ++i) blocks.insert(blocks.end(), round.begin(), round.end());
  return blocks;
}

Blocks Joined(Blocks a, const Blocks& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(Loop, FindsSteadyRounds) {
  for (const int rounds : {2, 3, 20}) {
    const auto cycle = FindCycle(Times(rounds, {0x40, 0x60, 0x50}));
    ASSERT_TRUE(cycle) << rounds;
    EXPECT_THAT(cycle->blocks, ElementsAre(0x40, 0x60, 0x50));
    EXPECT_EQ(cycle->rounds, static_cast<size_t>(rounds));
    EXPECT_TRUE(cycle->steady);
  }
  EXPECT_THAT(FindCycle(Times(64, {0x40}))->blocks, ElementsAre(0x40));
}

TEST(Loop, StartsWithTheLowestBlock) {
  const auto cycle = FindCycle(Joined({0x60, 0x50}, Times(4, {0x40, 0x60, 0x50})));
  ASSERT_TRUE(cycle);
  EXPECT_THAT(cycle->blocks, ElementsAre(0x40, 0x60, 0x50));
  EXPECT_EQ(cycle->rounds, 4u);
}

TEST(Loop, IgnoresWhatCameBefore) {
  const auto cycle = FindCycle(Joined({1, 2, 3, 4, 5, 6}, Times(5, {0x40, 0x50})));
  ASSERT_TRUE(cycle);
  EXPECT_THAT(cycle->blocks, ElementsAre(0x40, 0x50));
  EXPECT_EQ(cycle->rounds, 5u);
}

TEST(Loop, PrefersTheOuterLoop) {
  // The inner loop of two blocks, three times in each round.
  const Blocks round = {0x40, 0x50, 0x60, 0x50, 0x60, 0x50, 0x60};
  const auto cycle = FindCycle(Times(4, round));
  ASSERT_TRUE(cycle);
  EXPECT_EQ(cycle->blocks, round);
  EXPECT_TRUE(cycle->steady);
}

TEST(Loop, FindsChangingRounds) {
  Blocks blocks;
  for (uint32_t i = 0; i < 24; ++i) {
    blocks.push_back(0x40);
    blocks.push_back((i * i + i / 3) % 5 < 2 ? 0x60 : 0x50);
  }
  const auto cycle = FindCycle(blocks);
  ASSERT_TRUE(cycle);
  EXPECT_THAT(cycle->blocks, ElementsAre(0x40, 0x50, 0x60));
  EXPECT_FALSE(cycle->steady);
  EXPECT_EQ(cycle->rounds, 0u);
}

TEST(Loop, FindsNoneInStraightCode) {
  EXPECT_EQ(FindCycle({}), std::nullopt);
  EXPECT_EQ(FindCycle(Blocks{0x40}), std::nullopt);
  Blocks blocks;
  for (uint32_t i = 0; i < 64; ++i) blocks.push_back(0x40 + 8 * i);
  EXPECT_EQ(FindCycle(blocks), std::nullopt);
  EXPECT_EQ(FindCycle(Blocks{0x40, 0x50, 0x60, 0x40, 0x50}), std::nullopt);  // not yet twice
}

}  // namespace
}  // namespace atome::emulation
