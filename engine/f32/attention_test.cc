#include "engine/f32/attention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "engine/f32/constants.h"
#include "engine/f32/kernels/scores.h"
#include "engine/testing/model_builder.h"

namespace atome {
namespace {

int64_t Dot(const int32_t* query, const int32_t* key, uint32_t h) {
  int64_t score = 0;
  kernel::Scores(query, key, h, 1, &score);
  return score;
}

using testing::Source;

constexpr int64_t kFarthest = int64_t{1} << 62;  // the greatest |score|

// The memory and the list over it.
class List {
 public:
  explicit List(uint32_t top_k) : best_(top_k), top_(best_.data(), top_k) {}

  TopK* operator->() { return &top_; }
  void Offer(int64_t score, uint32_t slot) { top_.Offer(&score, 1, slot); }
  const Candidate& operator[](size_t i) const { return best_.at(i); }

 private:
  std::vector<Candidate> best_;  // exactly top_k, so that a sanitizer sees one too many
  TopK top_;
};

TEST(Attention, ScoreShiftIsTheLeastThatCoversTheHead) {
  for (uint32_t d_head = 1; d_head <= 256; ++d_head) {
    const int z = ScoreShift(d_head);
    EXPECT_LE(d_head, 1u << (2 * z)) << d_head;
    EXPECT_TRUE(z == 0 || d_head > 1u << (2 * (z - 1))) << d_head;
  }
}

TEST(Attention, RoundShiftRoundsHalvesUp) {
  for (int32_t v = -200; v <= 200; ++v) {
    for (int z = 0; z <= 4; ++z)
      EXPECT_EQ(RoundShift(v, z), std::floor(std::ldexp(v, -z) + (z == 0 ? 0 : 0.5))) << v;
  }
  EXPECT_EQ(RoundShift(std::numeric_limits<int32_t>::max(), 0), std::numeric_limits<int32_t>::max());
  EXPECT_EQ(RoundShift(-std::numeric_limits<int32_t>::max(), 4), -(1 << 27));
}

TEST(Attention, ScoreIsExactAtItsLimits) {
  for (uint32_t d_head : {1u, 4u, 16u, 64u, 256u}) {
    const int32_t most =
        static_cast<int32_t>((int64_t{1} << 31) / (1 << ScoreShift(d_head)) - (d_head == 1 ? 1 : 0));
    const std::vector<int32_t> up(d_head, most), down(d_head, -most);
    const int64_t expected = int64_t{most} * most * d_head;
    EXPECT_EQ(Dot(up.data(), up.data(), d_head), expected);
    EXPECT_EQ(Dot(up.data(), down.data(), d_head), -expected);
    EXPECT_LE(expected, kFarthest);
  }
}

TEST(Attention, ScoreOfOddLengths) {
  Source source(12);
  for (uint32_t d_head = 1; d_head < 40; ++d_head) {
    std::vector<int32_t> query(d_head), key(d_head);
    int64_t expected = 0;
    for (uint32_t i = 0; i < d_head; ++i) {
      query[i] = static_cast<int32_t>(source.Below(1u << 28)) - (1 << 27);
      key[i] = static_cast<int32_t>(source.Below(1u << 28)) - (1 << 27);
      expected += int64_t{query[i]} * key[i];
    }
    EXPECT_EQ(Dot(query.data(), key.data(), d_head), expected);
  }
}

// Few distinct scores, so that most are tied: a stable sort keeps equals in the order of offering.
TEST(TopK, KeepsTheGreatestOldestFirst) {
  Source source(13);
  for (int repeat = 0; repeat < 3000; ++repeat) {
    const uint32_t top_k = 1 + source.Below(12), count = source.Below(40), distinct = 1 + source.Below(9);
    List list(top_k);
    std::vector<std::pair<int64_t, uint32_t>> expected;
    for (uint32_t i = 0; i < count; ++i) {
      const int64_t score = int64_t{source.Below(distinct)} - 4;
      list.Offer(score, 100 + i);
      expected.emplace_back(score, 100 + i);
    }
    std::stable_sort(expected.begin(), expected.end(), [](auto x, auto y) { return x.first > y.first; });
    expected.resize(std::min(top_k, count));
    for (size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(list[i].score, expected[i].first) << "rank " << i;
      ASSERT_EQ(list[i].slot, expected[i].second) << "rank " << i;
    }
  }
}

// However the scores come in parts, their slots follow each other.
TEST(TopK, TakesScoresInParts) {
  Source source(15);
  for (int repeat = 0; repeat < 1000; ++repeat) {
    const uint32_t top_k = 1 + source.Below(6), count = 1 + source.Below(30);
    std::vector<int64_t> scores(count);
    for (int64_t& score : scores) score = int64_t{source.Below(12)} * 0x100000001 - 6;
    List whole(top_k), parts(top_k);
    whole->Offer(scores.data(), count, 0);
    for (uint32_t from = 0; from < count;) {
      const uint32_t part = std::min(count - from, 1 + source.Below(9));
      parts->Offer(scores.data() + from, part, from);
      from += part;
    }
    for (size_t i = 0; i < std::min(top_k, count); ++i) {
      ASSERT_EQ(parts[i].slot, whole[i].slot);
      ASSERT_EQ(whole[i].score, scores[whole[i].slot]);
      ASSERT_EQ(parts[i].score, whole[i].score);
    }
    ASSERT_EQ(parts->Weigh(Split(1.0f)), std::min(top_k, count));
  }
}

TEST(TopK, AllTiedKeepsTheFirst) {
  List list(3);
  for (uint32_t i = 0; i < 50; ++i) list.Offer(-7, i);
  EXPECT_EQ(list->Weigh(Split(1.0f)), 3u);
  for (uint32_t i = 0; i < 3; ++i) EXPECT_EQ(list[i].slot, i);
}

TEST(TopK, WeightsAreASoftmaxInUnitsOf2ToTheMinus30) {
  Source source(14);
  for (int repeat = 0; repeat < 2000; ++repeat) {
    const uint32_t top_k = 1 + source.Below(64), count = 1 + source.Below(80);
    const float scale =
        static_cast<float>(std::ldexp(source.Uniform(1, 2), -static_cast<int>(source.Below(45))));
    List list(top_k);
    for (uint32_t i = 0; i < count; ++i)
      list.Offer(static_cast<int64_t>(source.Word() >> 24) - (1ll << 39), i);
    const uint32_t kept = std::min(top_k, count);
    std::vector<double> powers;
    for (uint32_t i = 0; i < kept; ++i)
      powers.push_back(std::exp2(static_cast<double>(list[i].score - list[0].score) * double{scale}));
    const double sum = std::accumulate(powers.begin(), powers.end(), 0.0);
    ASSERT_EQ(list->Weigh(Split(scale)), kept);
    double total = 0;
    for (uint32_t i = 0; i < kept; ++i) {
      ASSERT_NEAR(std::ldexp(list[i].weight, -30), powers[i] / sum,
                  powers[i] / sum * 3e-7 + std::ldexp(1.0, -29));
      ASSERT_LE(list[i].weight, list[i == 0 ? 0 : i - 1].weight);
      ASSERT_GE(list[i].weight, 0);
      total += list[i].weight;
    }
    ASSERT_NEAR(total, std::ldexp(1.0, 30), 4.0 * kept + 64);
  }
}

TEST(TopK, OneCandidateTakesAll) {
  for (int64_t score : {int64_t{0}, kFarthest, -kFarthest}) {
    List list(64);
    list.Offer(score, 5);
    EXPECT_EQ(list->Weigh(Split(1e30f)), 1u);
    EXPECT_EQ(list[0].weight, 1 << 30);
  }
}

TEST(TopK, ExtremeScores) {
  for (float scale : {1e30f, 1.0f, 0x1p-50f}) {
    List list(3);
    list.Offer(-kFarthest, 0);
    list.Offer(kFarthest, 1);
    list.Offer(0, 2);
    EXPECT_EQ(list->Weigh(Split(scale)), 3u);
    EXPECT_EQ(list[0].slot, 1u);
    EXPECT_EQ(list[1].slot, 2u);
    EXPECT_EQ(list[2].slot, 0u);
    EXPECT_EQ(list[0].weight, 1 << 30);
    EXPECT_EQ(list[1].weight, 0);
    EXPECT_EQ(list[2].weight, 0);
  }
}

TEST(TopK, ScaleZeroWeighsAllAlike) {
  List list(4);
  for (int64_t score : {-kFarthest, kFarthest, int64_t{3}, int64_t{-3}}) list.Offer(score, 0);
  EXPECT_EQ(list->Weigh(Split(0.0f)), 4u);
  for (uint32_t i = 0; i < 4; ++i) EXPECT_EQ(list[i].weight, 1 << 28);
}

}  // namespace
}  // namespace atome
