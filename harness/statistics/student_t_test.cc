#include "harness/statistics/student_t.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace atome::harness {
namespace {

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, "Critical Values of the Student's t
// Distribution", 3 decimals.
TEST(StudentQuantile, HasThePublishedCriticalValues) {
  const struct {
    uint32_t degrees;
    double t05, t025, t01, t005, t001;
  } rows[] = {{1, 6.314, 12.706, 31.821, 63.657, 318.309}, {2, 2.920, 4.303, 6.965, 9.925, 22.327},
              {3, 2.353, 3.182, 4.541, 5.841, 10.215},     {4, 2.132, 2.776, 3.747, 4.604, 7.173},
              {5, 2.015, 2.571, 3.365, 4.032, 5.893},      {9, 1.833, 2.262, 2.821, 3.250, 4.297},
              {24, 1.711, 2.064, 2.492, 2.797, 3.467},     {100, 1.660, 1.984, 2.364, 2.626, 3.174}};
  for (const auto& row : rows) {
    EXPECT_NEAR(StudentQuantile(0.05, row.degrees), row.t05, 0.00051) << row.degrees;
    EXPECT_NEAR(StudentQuantile(0.025, row.degrees), row.t025, 0.00051) << row.degrees;
    EXPECT_NEAR(StudentQuantile(0.01, row.degrees), row.t01, 0.00051) << row.degrees;
    EXPECT_NEAR(StudentQuantile(0.005, row.degrees), row.t005, 0.00051) << row.degrees;
    EXPECT_NEAR(StudentQuantile(0.001, row.degrees), row.t001, 0.00051) << row.degrees;
  }
}

// With 1 and 2 degrees the inverse has a closed form.
TEST(StudentQuantile, IsExactFarOut) {
  for (const double tail : {0.4, 0.1, 1e-3, 1e-5, 1e-7}) {
    EXPECT_NEAR(StudentQuantile(tail, 1) * std::tan(std::numbers::pi * tail), 1, 1e-9) << tail;
    const double inside = 1 - 2 * tail;
    const double two = inside * std::sqrt(2 / (1 - inside * inside));
    EXPECT_NEAR(StudentQuantile(tail, 2) / two, 1, 1e-8) << tail;
  }
}

TEST(StudentQuantile, NearsTheNormalOne) {
  EXPECT_NEAR(StudentQuantile(0.025, 100'000), 1.959964, 3e-5);
  EXPECT_GT(StudentQuantile(0.025, 10), StudentQuantile(0.025, 11));
}

TEST(CosPi, IsTheCosine) {
  for (uint64_t under : {1u, 2u, 3u, 7u, 64u, 1000u}) {
    for (uint64_t over = 0; over < 5 * under; ++over)
      EXPECT_NEAR(CosPi(over, under),
                  std::cos(std::numbers::pi * static_cast<double>(over) / static_cast<double>(under)), 3e-15)
          << over << " / " << under;
  }
  EXPECT_EQ(CosPi(1, 2), 0);
  EXPECT_FALSE(std::signbit(CosPi(1, 2)));
  EXPECT_EQ(CosPi(uint64_t{1} << 40, uint64_t{1} << 40), -1);
}

}  // namespace
}  // namespace atome::harness
