// Pieces of firmware files at their limits.
#include "emulation/elf/image_pieces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "emulation/boards/memory_map.h"
#include "emulation/elf/elf_image.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;

// So many single bytes, two apart.
std::string AddApart(ImagePieces& pieces, uint32_t count) {
  for (uint32_t k = 0; k < count; ++k) {
    if (std::string why = pieces.Add(2 * k, "x", k); !why.empty()) return why;
  }
  return {};
}

TEST(ImagePieces, EndBelowTheAddressSpacesEnd) {
  ImagePieces pieces;
  EXPECT_EQ(pieces.Add(0xFFFFFFFB, "abcd", 0), "");
  EXPECT_THAT(pieces.Add(0xFFFFFFFC, "abcd", 0), HasSubstr("0xfffffffc reach the end of the address space"));
  EXPECT_EQ(pieces.Add(0xFFFFFFFF, "", 0), "") << "nothing";
  EXPECT_EQ(pieces.Finish("line"), "");
  EXPECT_EQ(ReadImage(pieces.Elf(0))->segments().size(), 1u);
}

TEST(ImagePieces, JoinWhatFollowsAndRefuseWhatOverlaps) {
  ImagePieces joined;
  EXPECT_EQ(joined.Add(0x104, "efgh", 1), "");
  EXPECT_EQ(joined.Add(0x100, "abcd", 2), "");
  EXPECT_EQ(joined.Add(0x108, "i", 3), "");
  EXPECT_EQ(joined.Add(0x10A, "k", 4), "");
  EXPECT_EQ(joined.Finish("line"), "");
  const auto image = ReadImage(joined.Elf(0x101));
  ASSERT_EQ(image->segments().size(), 2u);
  const auto bytes = image->segments()[0].bytes;
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), "abcdefghi");
  EXPECT_EQ(image->segments()[1].load_address, 0x10Au);
  EXPECT_EQ(image->entry(), 0x100u);
  ImagePieces twice;
  EXPECT_EQ(twice.Add(0x104, "efgh", 7), "");
  EXPECT_EQ(twice.Add(0x101, "abcd", 5), "");
  EXPECT_EQ(twice.Finish("line"), "line 7: bytes at 0x00000104 are there twice");
}

TEST(ImagePieces, AreNotTooMany) {
  ImagePieces most, more, loads, too_many, none;
  EXPECT_EQ(AddApart(most, 1 << 16), "");
  EXPECT_THAT(AddApart(more, (1 << 16) + 1), HasSubstr("more than 65536 pieces"));
  EXPECT_EQ(AddApart(loads, 1 << 12), "");
  EXPECT_EQ(loads.Finish("line"), "");
  EXPECT_EQ(ReadImage(loads.Elf(0))->segments().size(), size_t{1} << 12);
  EXPECT_EQ(AddApart(too_many, (1 << 12) + 1), "");
  EXPECT_THAT(too_many.Finish("line"), HasSubstr("4097 separate places; at most 4096"));
  EXPECT_EQ(none.Finish("line"), "there are no bytes to load");
}

TEST(ImagePieces, AreNotTooLong) {
  ImagePieces pieces;
  const std::string quarter(kMostMemoriesBytes / 4, 'x');
  for (uint32_t k = 0; k < 4; ++k) EXPECT_EQ(pieces.Add(0x10000000 * k, quarter, k), "") << k;
  EXPECT_THAT(pieces.Add(0x80000000, "x", 4), HasSubstr("more than 256 MiB"));
}

}  // namespace
}  // namespace atome::emulation
