#include "engine/files/scrub.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace atome {
namespace {

// The check value of CRC-32, as the catalogue of parametrised CRC algorithms has it: of "123456789".
std::string WithCrc() { return std::string("123456789\x26\x39\xF4\xCB", 13); }

const uint8_t* Bytes(const std::string& text) { return reinterpret_cast<const uint8_t*>(text.data()); }

// In how many calls it is noticed; 0: not within two passes.
int CallsUntilNoticed(const std::string& image, uint32_t slice) {
  Scrubber scrubber;
  for (int call = 1; call <= 2 * 9; ++call) {
    if (!scrubber.Next(Bytes(image), 13, slice)) return call;
  }
  return 0;
}

TEST(Scrubber, AWholeImageIsNeverComplainedOf) {
  for (uint32_t slice = 1; slice <= 20; ++slice) EXPECT_EQ(CallsUntilNoticed(WithCrc(), slice), 0) << slice;
}

TEST(Scrubber, EachFlippedBitIsNoticedAtTheEndOfThePass) {
  for (uint32_t slice = 1; slice <= 20; ++slice) {
    for (size_t bit = 0; bit < 13 * 8; ++bit) {
      std::string damaged = WithCrc();
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
      ASSERT_EQ(CallsUntilNoticed(damaged, slice),
                (9 + static_cast<int>(slice) - 1) / static_cast<int>(slice))
          << "bit " << bit << ", slices of " << slice;
    }
  }
}

TEST(Scrubber, DamageBehindItIsNoticedInTheNextPass) {
  std::string image = WithCrc();
  Scrubber scrubber;
  EXPECT_TRUE(scrubber.Next(Bytes(image), 13, 5));
  image[0] = '0';
  EXPECT_TRUE(scrubber.Next(Bytes(image), 13, 5)) << "the bytes were read before";
  EXPECT_TRUE(scrubber.Next(Bytes(image), 13, 5));
  EXPECT_FALSE(scrubber.Next(Bytes(image), 13, 5));
}

}  // namespace
}  // namespace atome
