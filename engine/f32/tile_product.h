// The product of one vector with all rows of one matrix in tiles (engine/image/tiles.h), a chunk of groups of
// columns at a time.
#ifndef ATOME_ENGINE_F32_TILE_PRODUCT_H_
#define ATOME_ENGINE_F32_TILE_PRODUCT_H_

#include <stdint.h>

#include "engine/f32/kernels/add_tiles.h"
#include "engine/f32/kernels/make_tile_tables.h"
#include "engine/image/tiles.h"

namespace atome {

// sums[r] = row r times x. x: [columns], then zeros up to whole groups; tables: int32 [groups of a
// chunk][81].
inline void TileProduct(const uint8_t* codes, uint32_t rows, const int32_t* x, uint32_t columns,
                        int32_t* tables, kernel::Sum* sums) {
  const uint32_t whole = rows / tiles::kRows, rest = rows % tiles::kRows;
  kernel::Sum last[tiles::kRows];  // of a tile that has rows beyond the matrix
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

}  // namespace atome

#endif  // ATOME_ENGINE_F32_TILE_PRODUCT_H_
