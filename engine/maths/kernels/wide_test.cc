// Wide products against those of 128 bits, at the ends of their ranges.
#include "engine/maths/kernels/wide.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome::kernel {
namespace {

using testing::Source;
__extension__ using Wide = __int128;

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

}  // namespace
}  // namespace atome::kernel
