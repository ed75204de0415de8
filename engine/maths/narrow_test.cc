#include "engine/maths/narrow.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome {
namespace {

TEST(Narrow, KeepsFifteenBitsOfTheLongestRoundedDown) {
  testing::Source source(61);
  for (int repeat = 0; repeat < 2000; ++repeat) {
    const uint32_t count = 1 + source.Below(9), bits = source.Below(32), least = source.Below(4);
    std::vector<int32_t> v(count);
    for (int32_t& each : v) each = static_cast<int32_t>(static_cast<int64_t>(source.Word()) >> (63 - bits));
    std::vector<int16_t> out(count + 1, 77);
    const int shift = Narrow(v.data(), count, static_cast<int>(least), out.data());
    const auto fits = [&v](int n) {
      for (int32_t each : v) {
        if (each >> n > INT16_MAX || each >> n < INT16_MIN) return false;
      }
      return true;
    };
    EXPECT_TRUE(fits(shift));
    EXPECT_TRUE(shift == static_cast<int>(least) || !fits(shift - 1));
    for (uint32_t i = 0; i < count; ++i) EXPECT_EQ(out[i], std::floor(std::ldexp(v[i], -shift)));
    EXPECT_EQ(out[count], 77);
  }
}

TEST(Narrow, EndsOfTheRange) {
  const int32_t v[] = {INT32_MAX, INT32_MIN, 0, -1};
  int16_t out[4];
  EXPECT_EQ(Narrow(v, 4, 0, out), 16);
  EXPECT_EQ(std::vector<int16_t>(out, out + 4), (std::vector<int16_t>{INT16_MAX, INT16_MIN, 0, -1}));
}

// Whatever the query, its magnitudes add up to less than 2^16, and to much of that.
TEST(QueryShift, ProductsWithKeysFit) {
  testing::Source source(62);
  for (uint32_t h : {1u, 2u, 5u, 16u, 64u, 255u, 256u}) {
    int z = 0;
    while (1u << (2 * z) < h) ++z;
    for (int kind = 0; kind < 60; ++kind) {
      const uint32_t bits = static_cast<uint32_t>(kind) / 2 + 1;
      std::vector<int32_t> query(h);
      for (int32_t& each : query) {
        const int32_t most = static_cast<int32_t>(((uint64_t{1} << 31) - 1) >> z >> (30 - bits));
        each = kind % 2 == 0 ? -most
                             : static_cast<int32_t>(source.Below(static_cast<uint32_t>(most) + 1)) - most / 2;
      }
      std::vector<int16_t> out(h);
      const int least = QueryShift(query.data(), h, z);
      const int shift = Narrow(query.data(), h, least, out.data());
      uint32_t sum = 0;
      for (int16_t each : out) sum += static_cast<uint32_t>(std::abs(each));
      EXPECT_LT(sum, 1u << 16) << h << " " << kind;
      if (least > 0 && shift == least && kind % 2 == 0) {
        EXPECT_GT(sum, (1u << 15) - 2 * h) << h << " " << kind;
      }
    }
  }
}

TEST(NarrowWeight, IsAnInt16) {
  EXPECT_EQ(NarrowWeight(1 << 30, 0), INT16_MAX);
  EXPECT_EQ(NarrowWeight(1 << 30, 1), 1 << 14);
  EXPECT_EQ(NarrowWeight((1 << 15) - 1, 0), 0);
  EXPECT_EQ(NarrowWeight(INT32_MAX, 16), 0);
}

}  // namespace
}  // namespace atome
