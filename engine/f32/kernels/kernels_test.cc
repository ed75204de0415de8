// The kernels against sums of 128 bits: odd lengths, the ends of their ranges.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/f32/kernels/mix_four.h"
#include "engine/f32/kernels/scores.h"
#include "engine/testing/kernel_checks.h"
#include "engine/testing/model_builder.h"
#include "engine/testing/norm_checks.h"
#include "engine/testing/tile_checks.h"

namespace atome::kernel {
namespace {

using testing::Source;
__extension__ using Wide = __int128;

int32_t Below(Source* source, uint32_t bits) {
  return static_cast<int32_t>(source->Below(1u << bits)) - (1 << (bits - 1));
}

TEST(Kernels, AreWhatTheyAreByDefinition) {
  const auto checks = std::make_unique<testing::KernelChecks>();
  EXPECT_STREQ(checks->FirstWrong(), nullptr);
  const auto tile_checks = std::make_unique<testing::TileChecks>();
  EXPECT_STREQ(tile_checks->FirstWrong(), nullptr);
  const auto norm_checks = std::make_unique<testing::NormChecks>();
  EXPECT_STREQ(norm_checks->FirstWrong(), nullptr);
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
