#include "harness/statistics/proportion.h"

#include <gtest/gtest.h>

namespace atome::harness {
namespace {

// Newcombe 1998, table I, method 3.
TEST(ShareInterval, AsPublished) {
  struct Row {
    uint64_t found, drawn;
    double low, high;
  };
  for (const Row& row : {Row{81, 263, 0.2553, 0.3662}, Row{15, 148, 0.0624, 0.1605},
                         Row{0, 20, 0.0000, 0.1611}, Row{1, 29, 0.0061, 0.1718}}) {
    const Interval interval = ShareInterval(row.found, row.drawn);
    EXPECT_NEAR(interval.low, row.low, 0.00005) << row.found << " of " << row.drawn;
    EXPECT_NEAR(interval.high, row.high, 0.00005) << row.found << " of " << row.drawn;
  }
}

// Of those that are not found it says the same, mirrored; it has the share in it; more draws make it
// narrower.
TEST(ShareInterval, IsSound) {
  for (uint64_t drawn = 1; drawn <= 60; ++drawn) {
    for (uint64_t found = 0; found <= drawn; ++found) {
      const Interval interval = ShareInterval(found, drawn), mirrored = ShareInterval(drawn - found, drawn);
      const double share = static_cast<double>(found) / static_cast<double>(drawn);
      EXPECT_GE(interval.low, 0);
      EXPECT_LE(interval.low, share);
      EXPECT_GE(interval.high, share);
      EXPECT_LE(interval.high, 1);
      EXPECT_NEAR(interval.low, 1 - mirrored.high, 1e-12);
      const Interval more = ShareInterval(4 * found, 4 * drawn);
      EXPECT_LT(more.high - more.low, interval.high - interval.low);
    }
  }
}

}  // namespace
}  // namespace atome::harness
