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
    const auto loop = FindLoop(Times(rounds, {0x40, 0x60, 0x50}));
    ASSERT_TRUE(loop) << rounds;
    EXPECT_THAT(loop->blocks, ElementsAre(0x40, 0x60, 0x50));
    EXPECT_EQ(loop->rounds, static_cast<size_t>(rounds));
    EXPECT_TRUE(loop->steady);
  }
  EXPECT_THAT(FindLoop(Times(64, {0x40}))->blocks, ElementsAre(0x40));
}

TEST(Loop, StartsWithTheLowestBlock) {
  const auto loop = FindLoop(Joined({0x60, 0x50}, Times(4, {0x40, 0x60, 0x50})));
  ASSERT_TRUE(loop);
  EXPECT_THAT(loop->blocks, ElementsAre(0x40, 0x60, 0x50));
  EXPECT_EQ(loop->rounds, 4u);
}

TEST(Loop, IgnoresWhatCameBefore) {
  const auto loop = FindLoop(Joined({1, 2, 3, 4, 5, 6}, Times(5, {0x40, 0x50})));
  ASSERT_TRUE(loop);
  EXPECT_THAT(loop->blocks, ElementsAre(0x40, 0x50));
  EXPECT_EQ(loop->rounds, 5u);
}

TEST(Loop, PrefersTheOuterLoop) {
  // The inner loop of two blocks, three times in each round.
  const Blocks round = {0x40, 0x50, 0x60, 0x50, 0x60, 0x50, 0x60};
  const auto loop = FindLoop(Times(4, round));
  ASSERT_TRUE(loop);
  EXPECT_EQ(loop->blocks, round);
  EXPECT_TRUE(loop->steady);
}

TEST(Loop, FindsChangingRounds) {
  Blocks blocks;
  for (uint32_t i = 0; i < 24; ++i) {
    blocks.push_back(0x40);
    blocks.push_back((i * i + i / 3) % 5 < 2 ? 0x60 : 0x50);
  }
  const auto loop = FindLoop(blocks);
  ASSERT_TRUE(loop);
  EXPECT_THAT(loop->blocks, ElementsAre(0x40, 0x50, 0x60));
  EXPECT_FALSE(loop->steady);
  EXPECT_EQ(loop->rounds, 0u);
}

TEST(Loop, FindsNoneInStraightCode) {
  EXPECT_EQ(FindLoop({}), std::nullopt);
  EXPECT_EQ(FindLoop(Blocks{0x40}), std::nullopt);
  Blocks blocks;
  for (uint32_t i = 0; i < 64; ++i) blocks.push_back(0x40 + 8 * i);
  EXPECT_EQ(FindLoop(blocks), std::nullopt);
  EXPECT_EQ(FindLoop(Blocks{0x40, 0x50, 0x60, 0x40, 0x50}), std::nullopt);  // not yet twice
}

}  // namespace
}  // namespace atome::emulation
