#include "engine/files/ternary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome {
namespace {

using testing::Source;

class TernaryTest : public ::testing::TestWithParam<Format> {
 protected:
  Format format() const { return GetParam(); }
  std::vector<uint8_t> Packed(const std::vector<int8_t>& trits) const {
    return testing::PackTrits(trits, static_cast<int>(format()));
  }
};

int32_t DotByDefinition(const std::vector<int8_t>& trits, uint32_t from, const std::vector<int32_t>& x) {
  int64_t sum = 0;
  for (size_t i = 0; i < x.size(); ++i) sum += int64_t{trits[from + i]} * x[i];
  return static_cast<int32_t>(sum);
}

TEST_P(TernaryTest, PackedBytesRoundsUp) {
  const uint32_t n = TritsPerByte(format());
  EXPECT_EQ(PackedBytes(format(), 0), 0u);
  EXPECT_EQ(PackedBytes(format(), 1), 1u);
  EXPECT_EQ(PackedBytes(format(), n), 1u);
  EXPECT_EQ(PackedBytes(format(), n + 1), 2u);
  EXPECT_EQ(PackedBytes(format(), uint64_t{65535} * 2048), (uint64_t{65535} * 2048 + n - 1) / n);
}

// Every byte that encodes trits, against the packer.
TEST_P(TernaryTest, CursorReadsEveryByte) {
  const uint32_t n = TritsPerByte(format());
  uint32_t combinations = 1;
  for (uint32_t i = 0; i < n; ++i) combinations *= 3;
  for (uint32_t number = 0; number < combinations; ++number) {
    std::vector<int8_t> trits;
    for (uint32_t rest = number; trits.size() < n; rest /= 3) {
      trits.push_back(static_cast<int8_t>(static_cast<int>(rest % 3) - 1));
    }
    const std::vector<uint8_t> bytes = Packed(trits);
    TritCursor cursor(format(), bytes.data(), 0);
    for (int8_t trit : trits) EXPECT_EQ(cursor.Next(), trit) << "byte " << int{bytes[0]};
  }
}

TEST_P(TernaryTest, CursorStartsAnywhereAtAnyAddress) {
  Source source(6);
  for (int repeat = 0; repeat < 200; ++repeat) {
    const uint32_t count = 1 + source.Below(400);
    const std::vector<int8_t> trits = testing::RandomTernary(&source, count, 1).trits;
    const std::vector<uint8_t> packed = Packed(trits);
    ASSERT_EQ(packed.size(), PackedBytes(format(), count));
    const uint32_t skew = source.Below(8);
    std::vector<uint8_t> bytes(skew + packed.size());
    std::copy(packed.begin(), packed.end(), bytes.begin() + skew);
    const uint32_t from = source.Below(count);
    TritCursor cursor(format(), bytes.data() + skew, from);
    for (uint32_t i = from; i < count; ++i)
      ASSERT_EQ(cursor.Next(), trits[i]) << "trit " << i << " from " << from;
  }
}

// Rows stand without gaps: one cursor walks them all, whatever their length.
TEST_P(TernaryTest, DotOfConsecutiveRowsOfEveryLength) {
  Source source(7);
  for (uint32_t length = 0; length <= 133; ++length) {
    const std::vector<int8_t> trits = testing::RandomTernary(&source, 7 * length, 1).trits;
    const std::vector<uint8_t> bytes = Packed(trits);
    std::vector<int32_t> x(length);
    for (int32_t& value : x) value = static_cast<int32_t>(source.Below(1u << 25)) - (1 << 24);
    TritCursor cursor(format(), bytes.data(), 0);
    for (uint32_t row = 0; row < 7; ++row) {
      EXPECT_EQ(cursor.Dot(x.data(), length), DotByDefinition(trits, row * length, x)) << "length " << length;
    }
  }
}

TEST_P(TernaryTest, DotReachesTheEndsOfInt32) {
  constexpr int32_t kMost = std::numeric_limits<int32_t>::max();
  const std::vector<int32_t> x = {kMost, -kMost, -kMost, kMost};
  const std::vector<uint8_t> bytes = Packed({1, 0, 0, 0, -1, 0, 0, 0, 1, 0, 1, 0, -1, 0, 0});
  TritCursor cursor(format(), bytes.data(), 0);
  EXPECT_EQ(cursor.Dot(x.data(), 4), kMost);
  EXPECT_EQ(cursor.Dot(x.data(), 4), -kMost);
  EXPECT_EQ(cursor.Dot(x.data(), 4), 0);
  EXPECT_EQ(cursor.Dot(x.data() + 1, 3), kMost);
}

INSTANTIATE_TEST_SUITE_P(Formats, TernaryTest, ::testing::Values(Format::kTwoBit, Format::kBase3),
                         [](const auto& instance) {
                           return instance.param == Format::kTwoBit ? "ATOME01" : "ATOME02";
                         });

}  // namespace
}  // namespace atome
