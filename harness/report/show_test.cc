#include "harness/report/show.h"

#include <gtest/gtest.h>

namespace atome::harness::report {
namespace {

using catalogue::Shown;

TEST(Show, NumbersAsPeopleReadThem) {
  EXPECT_EQ(Show(1234.6, Shown::kWhole), "1 235");
  EXPECT_EQ(Show(-1.0, Shown::kWhole), "0");
  EXPECT_EQ(Show(1.25, Shown::kFixed1), "1.2");
  EXPECT_EQ(Show(1.005, Shown::kFixed2), "1.00");
  EXPECT_EQ(Show(0.5, Shown::kFixed3), "0.500");
  EXPECT_EQ(Show(7.38125, Shown::kFixed4), "7.3812");
  EXPECT_EQ(Show(1.0000004, Shown::kFixed6), "1.000000");
  EXPECT_EQ(Show(0.0000019, Shown::kScientific), "1.9e-06");
  EXPECT_EQ(Show(0.00123, Shown::kScientific2), "1.23e-03");
  EXPECT_EQ(Show(2.5, Shown::kPercent), "2.5 %");
  EXPECT_EQ(Show(0.98765, Shown::kShare), "98.77 %");
  EXPECT_EQ(Show(0.98, Shown::kChange), "-2.000 %");
  EXPECT_EQ(Show(3.0, Shown::kUlp), "3 ULP");
  EXPECT_EQ(Show(1988291098.0, Shown::kUlp), "1 988 291 098 ULP");
  EXPECT_EQ(Show(1.0, Shown::kYes), "yes");
  EXPECT_EQ(Show(0.0, Shown::kYes), "no");
  EXPECT_EQ(Show(2.5, Shown::kDuration), "2.500 s");
  EXPECT_EQ(Show(0.0025, Shown::kDuration), "2.500 ms");
  EXPECT_EQ(Show(2.5e-6, Shown::kDuration), "2.500 us");
  EXPECT_EQ(Show(2.5e-8, Shown::kDuration), "25.0 ns");
}

TEST(Show, CountsKeepAllDigitsAndTextIsAsItIs) {
  EXPECT_EQ(Show(Value(uint64_t{18446744073709551615u}), Shown::kWhole), "18 446 744 073 709 551 615");
  EXPECT_EQ(Show(Value(std::string("ab")), Shown::kWhole), "ab");
  EXPECT_EQ(Plain(Value(uint64_t{18446744073709551615u})), "18446744073709551615");
  EXPECT_EQ(Plain(Value(0.1)), "0.1");
  EXPECT_EQ(Plain(Value(std::string("ab"))), "ab");
}

}  // namespace
}  // namespace atome::harness::report
