#include "engine/image/tiles.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/testing/model_builder.h"

namespace atome {
namespace {

struct Size {
  uint32_t rows, columns;
};

// By the definition, from the other side: where a row and a column stand.
class Reader {
 public:
  Reader(Size size, const std::vector<uint8_t>& codes) : size_(size), codes_(codes) {}

  int At(uint32_t row, uint32_t column) const {
    const uint32_t group = column / 4, chunk = group / 16, groups = (size_.columns + 3) / 4;
    const uint32_t tiles = (size_.rows + 7) / 8;
    const uint32_t in_chunk = groups - chunk * 16 < 16 ? groups - chunk * 16 : 16;
    const uint32_t at = chunk * 16 * tiles * 8 + (row / 8 * in_chunk + group % 16) * 8 + row % 8;
    int code = codes_.at(at);
    for (uint32_t i = 0; i < column % 4; ++i) code /= 3;
    return code % 3 - 1;
  }

 private:
  Size size_;
  const std::vector<uint8_t>& codes_;
};

TEST(Tiles, EveryTritStandsWhereTheDefinitionHasIt) {
  testing::Source source(71);
  for (const Size size :
       {Size{1, 1}, Size{8, 64}, Size{99, 64}, Size{7, 65}, Size{17, 3}, Size{9, 130}, Size{16, 4}}) {
    std::vector<int8_t> trits(size.rows * size.columns);
    for (int8_t& trit : trits) trit = static_cast<int8_t>(static_cast<int>(source.Below(3)) - 1);
    std::vector<uint8_t> codes(tiles::Bytes(size.rows, size.columns) + 1, 0xEE);
    tiles::Write(
        size.rows, size.columns,
        [&](uint32_t row, uint32_t column) { return trits[row * size.columns + column]; }, codes.data());
    EXPECT_EQ(codes.back(), 0xEE);
    codes.pop_back();
    for (const uint8_t code : codes) EXPECT_LT(code, tiles::kCodes);
    const Reader reader(size, codes);
    for (uint32_t row = 0; row < (size.rows + 7) / 8 * 8; ++row) {
      for (uint32_t column = 0; column < (size.columns + 3) / 4 * 4; ++column) {
        const bool inside = row < size.rows && column < size.columns;
        EXPECT_EQ(reader.At(row, column), inside ? trits[row * size.columns + column] : 0);
      }
    }
  }
}

TEST(Tiles, RowsThatFillTheLastTileAreCodesOfZeroTrits) {
  std::vector<uint8_t> codes(tiles::Bytes(1, 4));
  tiles::Write(
      1, 4, [](uint32_t, uint32_t column) { return column == 0 ? 1 : -1; }, codes.data());
  EXPECT_EQ(codes, (std::vector<uint8_t>{2, 40, 40, 40, 40, 40, 40, 40}));
}

}  // namespace
}  // namespace atome
