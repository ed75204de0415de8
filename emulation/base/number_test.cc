#include "emulation/base/number.h"

#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

TEST(ParseNumber, ReadsHexadecimalDecimalAndUnits) {
  EXPECT_EQ(ParseNumber("0x08002000"), 0x08002000u);
  EXPECT_EQ(ParseNumber("0XffFFffFF"), 0xFFFFFFFFu);
  EXPECT_EQ(ParseNumber("131072"), 131072u);
  EXPECT_EQ(ParseNumber("128K"), 131072u);
  EXPECT_EQ(ParseNumber("4m"), 4194304u);
  EXPECT_EQ(ParseNumber("0x10k"), 16384u);
  EXPECT_EQ(ParseNumber("0"), 0u);
}

TEST(ParseNumber, TakesNothingElse) {
  for (const char* text : {"", "0x", "K", "-1", "+1", " 1", "1 ", "12a", "0x1g", "4096M", "4294967296",
                           "0x100000000", "1KK", "1.5K"})
    EXPECT_EQ(ParseNumber(text), std::nullopt) << text;
}

}  // namespace
}  // namespace atome::emulation
