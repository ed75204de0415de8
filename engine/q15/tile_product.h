// The product of one int16 vector with all rows of one matrix in tiles (engine/image/tiles.h), a chunk of
// groups of columns at a time.
#ifndef ATOME_ENGINE_Q15_TILE_PRODUCT_H_
#define ATOME_ENGINE_Q15_TILE_PRODUCT_H_

#include <stdint.h>

#include "engine/image/tiles.h"
#include "engine/q15/kernels/add_tiles.h"
#include "engine/q15/kernels/make_tile_tables.h"

namespace atome::q15 {

// sums[r] = row r times x. x: [columns], then zeros up to whole groups; tables: uint16 [groups of a
// chunk][82].
inline void TileProduct(const uint8_t* codes, uint32_t rows, const int16_t* x, uint32_t columns,
                        uint16_t* tables, int32_t* sums) {
  const uint32_t whole = rows / tiles::kRows, rest = rows % tiles::kRows;
  int32_t last[tiles::kRows];  // of a tile that has rows beyond the matrix
  bool fresh = true;
  for (uint32_t left = tiles::Groups(columns); left != 0; fresh = false) {
    const uint32_t groups = left < tiles::kGroups ? left : tiles::kGroups;
    kernel::MakeTileTables(x, groups, tables);
    if (whole != 0) kernel::AddTiles(codes, tables, whole, groups, sums, fresh);
    codes += whole * groups * tiles::kRows;
    if (rest != 0) {
      kernel::AddTiles(codes, tables, 1, groups, last, fresh);
      codes += groups * tiles::kRows;
    }
    x += groups * tiles::kTrits;
    left -= groups;
  }
  for (uint32_t r = 0; r < rest; ++r) sums[whole * tiles::kRows + r] = last[r];
}

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_TILE_PRODUCT_H_
