#include "harness/causes/cover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "harness/base/random.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

TEST(Cover, TheReasonOfMostTakesThemAll) {
  const auto groups = Cover({{{0, "a"}, {0, "b"}}, {{0, "b"}}, {{0, "c"}, {0, "a"}}, {{0, "b"}}, {}});
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].reason.name, "b");
  EXPECT_EQ(groups[0].things, (std::vector<size_t>{0, 1, 3}));
  EXPECT_EQ(groups[1].reason.name, "a") << "as many as c, and before it";
  EXPECT_EQ(groups[1].things, (std::vector<size_t>{2}));
}

TEST(Cover, OfEqualOnesTheLowerRankIsTaken) {
  const auto groups = Cover({{{1, "a"}, {0, "b"}, {0, "b"}}, {{0, "b"}, {1, "a"}}});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].reason, (Reason{0, "b"}));
  EXPECT_TRUE(Cover({}).empty());
  EXPECT_TRUE(Cover({{}, {}}).empty());
}

// Against the plain form of the algorithm, which counts anew each time.
TEST(Cover, IsTheGreedyCover) {
  Random random(8);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::vector<Reason>> things(random.Below(12));
    for (auto& reasons : things) {
      for (uint32_t i = random.Below(4); i > 0; --i)
        reasons.push_back({static_cast<int>(random.Below(2)), StrCat(random.Below(5))});
    }
    const auto groups = Cover(things);
    std::set<size_t> left;
    for (size_t i = 0; i < things.size(); ++i) {
      if (!things[i].empty()) left.insert(i);
    }
    size_t last = things.size() + 1;
    for (const Covered& group : groups) {
      std::map<Reason, std::set<size_t>> counts;
      for (const size_t i : left) {
        for (const Reason& reason : things[i]) counts[reason].insert(i);
      }
      const auto best = std::ranges::max_element(
          counts, {}, [](const auto& each) { return std::pair(each.second.size(), 0); });
      EXPECT_EQ(group.reason, best->first);
      EXPECT_EQ(std::set(group.things.begin(), group.things.end()), best->second);
      EXPECT_LE(group.things.size(), last);
      last = group.things.size();
      for (const size_t i : group.things) left.erase(i);
    }
    EXPECT_TRUE(left.empty());
  }
}

}  // namespace
}  // namespace atome::harness::report
