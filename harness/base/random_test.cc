#include "harness/base/random.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace atome::harness {
namespace {

// The words that the published SplitMix64 gives from state 0.
TEST(Random, MixesAsSplitMix64) {
  Random random(0, ~uint64_t{0});  // Mix(0) is 0, so the state is 0
  EXPECT_EQ(random.Next(), 0xE220A8397B1DCDAF);
  EXPECT_EQ(random.Next(), 0x6E789E6AA1B965F4);
  EXPECT_EQ(random.Next(), 0x06C45D188009454F);
}

TEST(Random, StreamsAndSeedsDiffer) {
  std::set<uint64_t> first;
  for (uint64_t seed = 0; seed < 100; ++seed)
    for (uint64_t stream = 0; stream < 100; ++stream) first.insert(Random(seed, stream).Next());
  EXPECT_EQ(first.size(), 10000u);
}

TEST(Random, BelowIsUniform) {
  Random random(5);
  for (const uint32_t count : {1u, 2u, 3u, 7u, 10u}) {
    std::vector<int> seen(count);
    for (int i = 0; i < 100000; ++i) ++seen.at(random.Below(count));
    for (const int times : seen) EXPECT_NEAR(times, 100000.0 / count, 1200) << count;
  }
  // With this count a plain remainder would make the lower third twice as likely.
  const uint32_t count = 0xC0000000;
  int low = 0;
  for (int i = 0; i < 100000; ++i) low += random.Below(count) < count / 3 ? 1 : 0;
  EXPECT_NEAR(low, 33333, 800);
  // And multiplying without rejecting would make every third number twice as likely.
  int third = 0;
  for (int i = 0; i < 100000; ++i) third += random.Below(count) % 3 == 0 ? 1 : 0;
  EXPECT_NEAR(third, 33333, 800);
}

}  // namespace
}  // namespace atome::harness
