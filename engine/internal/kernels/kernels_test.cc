// The kernels against sums of 128 bits: odd lengths, the ends of their ranges.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/internal/kernels/mix_four.h"
#include "engine/internal/kernels/scores.h"
#include "engine/internal/kernels/wide.h"
#include "engine/testing/kernel_checks.h"
#include "engine/testing/model_builder.h"

namespace atome::kernel {
namespace {

using testing::Source;
__extension__ using Wide = __int128;

int32_t Below(Source* source, uint32_t bits) {
  return static_cast<int32_t>(source->Below(1u << bits)) - (1 << (bits - 1));
}

TEST(Wide, UpperHalves) {
  Source source(51);
  const int32_t most = INT32_MAX, least = INT32_MIN;
  std::vector<int32_t> values = {0, 1, -1, most, least, least + 1, 1 << 30, -(1 << 30)};
  for (int i = 0; i < 50; ++i) values.push_back(static_cast<int32_t>(source.Word()));
  for (int32_t a : values) {
    for (int32_t b : values) {
      const Wide product = Wide{a} * b;
      EXPECT_EQ(MulHigh(a, b), static_cast<int32_t>(product >> 32)) << a << " * " << b;
      EXPECT_EQ(MulHighRounded(a, b), static_cast<int32_t>((product + (1ll << 31)) >> 32)) << a << " * " << b;
      EXPECT_EQ(MulAdd(-7, a, b), static_cast<int64_t>(product - 7));
    }
  }
}

TEST(Kernels, AreWhatTheyAreByDefinition) {
  const auto checks = std::make_unique<testing::KernelChecks>();
  EXPECT_STREQ(checks->FirstWrong(), nullptr);
}

TEST(Scores, EveryLengthAndNumberOfKeys) {
  Source source(52);
  for (uint32_t h = 1; h <= 21; ++h) {
    for (uint32_t count : {1u, 2u, 7u}) {
      std::vector<int32_t> query(h), keys(h * count);
      for (int32_t& value : query) value = Below(&source, 29);
      for (int32_t& value : keys) value = Below(&source, 29);
      std::vector<int64_t> scores(count + 1, 5);
      Scores(query.data(), keys.data(), h, count, scores.data());
      EXPECT_EQ(scores[count], 5);
      for (uint32_t j = 0; j < count; ++j) {
        Wide expected = 0;
        for (uint32_t r = 0; r < h; ++r) expected += Wide{query[r]} * keys[j * h + r];
        EXPECT_EQ(scores[j], static_cast<int64_t>(expected)) << "h " << h << ", key " << j;
      }
    }
  }
}

TEST(MixFour, EveryWidth) {
  Source source(53);
  for (uint32_t d = 1; d <= 19; ++d) {
    for (int kind = 0; kind < 4; ++kind) {
      std::vector<std::vector<int32_t>> values(4, std::vector<int32_t>(d));
      const int32_t* at[4];
      int32_t weights[4] = {};
      for (uint32_t j = 0; j < 4; ++j) {
        for (int32_t& value : values[j]) value = kind == 3 ? -INT32_MAX / 4 : Below(&source, 30);
        at[j] = values[j].data();
        weights[j] = kind == 0 ? static_cast<int32_t>(source.Below(1 << 28)) : kind == 1 ? j == 2 : 1 << 28;
      }
      std::vector<int32_t> out(d + 1, 9);
      uint32_t magnitude = 0;
      const uint32_t answer = MixFour(at, weights, d, out.data());
      EXPECT_EQ(out[d], 9);
      for (uint32_t i = 0; i < d; ++i) {
        Wide sum = 0;
        for (uint32_t j = 0; j < 4; ++j) sum += Wide{weights[j]} * values[j][i];
        ASSERT_EQ(out[i], static_cast<int32_t>(sum >> 30)) << "d " << d << ", index " << i;
        magnitude |= static_cast<uint32_t>(out[i] ^ (out[i] >> 31));
      }
      EXPECT_EQ(answer, magnitude);
    }
  }
}

}  // namespace
}  // namespace atome::kernel
