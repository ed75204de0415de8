#include "harness/base/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/random.h"

namespace atome::harness {
namespace {

constexpr size_t kPlenty = size_t{1} << 24;

TEST(Compression, AnyBytesComeBack) {
  Random random(7);
  for (const size_t size : {0, 1, 2, 100, 65535, 65536, 65537, 300000}) {
    std::string bytes(size, 'a');
    for (size_t i = 0; i < size; i += 1 + random.Below(9)) bytes[i] = static_cast<char>(random.Below(256));
    const Result<std::string> xz = Compressed(bytes);
    ASSERT_TRUE(xz.ok()) << size;
    const Result<std::string> back = Decompressed(*xz, size);
    ASSERT_TRUE(back.ok()) << size << back.error().message;
    EXPECT_EQ(*back, bytes);
    EXPECT_EQ(*Compressed(bytes), *xz) << "the same bytes each time";
  }
}

TEST(Compression, RepetitionIsShort) { EXPECT_LT(Compressed(std::string(1 << 20, 'x'))->size(), 1000u); }

TEST(Compression, SaysWhatIsWrong) {
  const std::string xz = *Compressed(std::string(1 << 20, 'x'));
  EXPECT_EQ(Decompressed("", kPlenty).error().message, "is cut off");
  EXPECT_EQ(Decompressed("{\"cells\": []}", kPlenty).error().message, "is not in the .xz format");
  EXPECT_EQ(Decompressed(xz, (1 << 20) - 1).error().message, "holds over 1048575 bytes");
  EXPECT_EQ(Decompressed(xz + "behind", kPlenty).ok(), false);
}

TEST(Compression, EveryCutAndEveryFlippedByteIsFound) {
  const std::string text = "what is kept must be what was written, or be refused";
  const std::string xz = *Compressed(text);
  for (size_t i = 0; i < xz.size(); ++i) {
    EXPECT_FALSE(Decompressed(xz.substr(0, i), kPlenty).ok()) << "cut at " << i;
    std::string flipped = xz;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    EXPECT_FALSE(Decompressed(flipped, kPlenty).ok()) << "byte " << i;
  }
}

}  // namespace
}  // namespace atome::harness
