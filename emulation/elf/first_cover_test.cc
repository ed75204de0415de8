#include "emulation/elf/first_cover.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

namespace atome::emulation {
namespace {

TEST(FirstCover, AgreesWithPaintingBytes) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    FirstCover cover;
    std::vector<std::optional<size_t>> painted(100);
    for (size_t range = 0; range < 30; ++range) {
      const uint64_t begin = random() % 100, end = std::min<uint64_t>(begin + random() % 20, 100);
      size_t added = 0;
      for (uint64_t at = begin; at < end; ++at) added += painted[at] ? 0 : 1;
      FirstCover again = cover;
      again.Add(begin, end, range, [&](const FirstCover::Part& part) {
        EXPECT_LT(part.begin, part.end);
        EXPECT_EQ(part.range, range);
        for (uint64_t at = part.begin; at < part.end; ++at) EXPECT_FALSE(painted[at]);
        added -= part.end - part.begin;
      });
      EXPECT_EQ(added, 0u) << "all that is new, once";
      cover.Add(begin, end, range);
      for (uint64_t at = begin; at < end; ++at) painted[at] = painted[at].value_or(range);
    }
    for (uint64_t at = 0; at < painted.size(); ++at) EXPECT_EQ(cover.At(at), painted[at]) << at;
    size_t covered = 0;
    for (const FirstCover::Part& piece : cover.Covered()) covered += piece.end - piece.begin;
    EXPECT_EQ(covered, static_cast<size_t>(
                           std::ranges::count_if(painted, [](const auto& p) { return p.has_value(); })));
  }
}

TEST(FirstCover, ManyRangesOverManyPieces) {
  // 100 000 pieces, then 100 000 ranges over all of them: ten thousand million steps if each met each.
  FirstCover cover;
  for (uint64_t k = 0; k < 100'000; ++k) cover.Add(3 * k, 3 * k + 1, k);
  size_t parts = 0;
  for (size_t k = 0; k < 100'000; ++k)
    cover.Add(0, 300'000, k, [&parts](const FirstCover::Part&) { ++parts; });
  EXPECT_EQ(parts, 100'000u) << "the gaps, and only for the first";
  EXPECT_EQ(cover.Covered().size(), 1u);
}

}  // namespace
}  // namespace atome::emulation
