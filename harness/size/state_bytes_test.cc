#include "harness/size/state_bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace atome::harness {
namespace {

// Two arrays of `width` bytes a position, each rounded up to 8, behind `fixed` bytes.
StateBytes Made(uint64_t fixed, uint64_t width, int* asked = nullptr) {
  return StateBytes([=](uint32_t max_seq) -> std::optional<uint64_t> {
    EXPECT_GE(max_seq, 1u);
    EXPECT_LE(max_seq, 16u);
    if (asked != nullptr) ++*asked;
    return fixed + 2 * ((width * max_seq + 7) / 8 * 8);
  });
}

TEST(StateBytes, TellsEveryLengthFromShortOnes) {
  for (const uint64_t width : {1, 2, 3, 4, 5, 8, 12, 640}) {
    StateBytes bytes = Made(1000, width);
    for (uint32_t max_seq = 1; max_seq < 300; ++max_seq) {
      EXPECT_EQ(bytes.At(max_seq), 1000 + 2 * ((width * max_seq + 7) / 8 * 8)) << width << " " << max_seq;
    }
  }
}

TEST(StateBytes, FindsTheLongestThatFits) {
  for (const uint64_t width : {1, 3, 4, 5, 640}) {
    StateBytes bytes = Made(1000, width);
    for (const uint64_t room : {1000 + 2 * (width + 7), uint64_t{4000}, uint64_t{4007}, uint64_t{50'001}}) {
      const std::optional<uint32_t> longest = bytes.LongestWithin(room);
      ASSERT_TRUE(longest.has_value());
      EXPECT_LE(*bytes.At(*longest), room);
      EXPECT_GT(*bytes.At(*longest + 1), room) << width << " " << room;
    }
  }
}

// A ring of `width` bytes a position, and never of fewer than `kernel` positions.
TEST(StateBytes, GrowsFromTheConvolutionsLengthOn) {
  for (const uint32_t kernel : {1u, 2u, 5u, 8u, 9u, 64u}) {
    for (const uint64_t width : {1, 2, 26, 128}) {
      const auto truth = [=](uint32_t max_seq) {
        return 1000 + (width * std::max(max_seq, kernel) + 3) / 4 * 4 + (max_seq + 3) / 4 * 4;
      };
      StateBytes bytes(
          [=](uint32_t max_seq) -> std::optional<uint64_t> {
            EXPECT_LT(max_seq, kernel + 16);
            return truth(max_seq);
          },
          kernel);
      for (uint32_t max_seq = 1; max_seq < 200; ++max_seq)
        ASSERT_EQ(bytes.At(max_seq), truth(max_seq)) << kernel << " " << width << " " << max_seq;
      for (uint64_t room = truth(1); room < truth(150); room += 3) {
        const std::optional<uint32_t> longest = bytes.LongestWithin(room);
        ASSERT_TRUE(longest.has_value());
        ASSERT_LE(truth(*longest), room);
        ASSERT_GT(truth(*longest + 1), room) << kernel << " " << width << " " << room;
      }
      EXPECT_EQ(bytes.LongestWithin(truth(1) - 1), std::nullopt);
    }
  }
}

TEST(StateBytes, KnowsItsLimits) {
  EXPECT_EQ(Made(1000, 4).LongestWithin(1015), std::nullopt) << "one position takes 1016";
  EXPECT_EQ(Made(1000, 4).LongestWithin(1016), 2u) << "and so do two";
  EXPECT_EQ(Made(1000, 4).LongestWithin(1'000'000'000), 65535u);
  StateBytes silent([](uint32_t) { return std::nullopt; });
  EXPECT_EQ(silent.At(5), std::nullopt);
  EXPECT_EQ(silent.LongestWithin(5000), std::nullopt);
}

// Two arrays of 8 bytes a position: 16 times 65535 is 1 048 560.
TEST(StateBytes, TheLongestIs65535) {
  EXPECT_EQ(Made(1000, 8).LongestWithin(1000 + 1'048'560), 65535u);
  EXPECT_EQ(Made(1000, 8).LongestWithin(1000 + 1'048'559), 65534u);
  EXPECT_EQ(Made(1000, 8).LongestWithin(1000 + 1'048'560 + 15), 65535u);
  EXPECT_EQ(Made(1000, 8).LongestWithin(1000 + 1'048'560 + 16), 65535u);
  EXPECT_EQ(Made(1000, 8).LongestWithin(1000 + 1'048'560 - 16), 65534u);
  EXPECT_EQ(Made(1000, 8).LongestWithin(1000 + 1'048'560 - 17), 65533u);
  // Of 1 byte a position they grow by 16 every 8: the last 7 positions of 65529 to 65535 take as much.
  EXPECT_EQ(Made(0, 1).LongestWithin(2 * 65536), 65535u);
  EXPECT_EQ(Made(0, 1).LongestWithin(2 * 65536 - 1), 65528u);
  StateBytes constant([](uint32_t) { return 1000; });
  EXPECT_EQ(constant.LongestWithin(1000), 65535u);
  EXPECT_EQ(constant.LongestWithin(999), std::nullopt);
}

TEST(StateBytes, WhatShrinksIsNotKnown) {
  StateBytes shrinking([](uint32_t max_seq) { return 1000 - max_seq; });
  EXPECT_EQ(shrinking.At(64), std::nullopt);
  EXPECT_EQ(shrinking.LongestWithin(5000), std::nullopt);
}

TEST(StateBytes, AnAnswerThatIsMissingIsNone) {
  for (const uint32_t silent : {1u, 9u}) {
    StateBytes bytes([=](uint32_t max_seq) {
      return max_seq == silent ? std::nullopt : std::optional<uint64_t>(1000 + 8 * max_seq);
    });
    EXPECT_EQ(bytes.At(1), std::nullopt) << silent;
    EXPECT_EQ(bytes.At(17), std::nullopt) << silent;
    EXPECT_EQ(bytes.At(18), 1000u + 8 * 18) << silent;
    EXPECT_EQ(bytes.LongestWithin(100'000), std::nullopt) << silent;
  }
}

TEST(StateBytes, AsksOnce) {
  int asked = 0;
  StateBytes bytes = Made(0, 4, &asked);
  for (int i = 0; i < 3; ++i) bytes.At(64);
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace atome::harness
