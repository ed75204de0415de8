// The product of one vector with all rows of one matrix in tiles (engine/image/tiles.h), a chunk of groups of
// columns at a time.
#ifndef ATOME_ENGINE_F32_TILE_PRODUCT_H_
#define ATOME_ENGINE_F32_TILE_PRODUCT_H_

#include <stdint.h>

#include "engine/f32/kernels/add_tiles.h"
#include "engine/f32/kernels/make_tile_tables.h"
#include "engine/image/tiles.h"

namespace atome {

// Where the sums of whole tiles of rows go.
struct TileSums {
  uint32_t tiles;
  kernel::Sum* sums;  // [tiles][8]
};

// Row r times x: of the rows of the first tiles to `front`, of those of the others to `back`. x: [columns],
// then zeros up to whole groups; tables: int32 [groups of a chunk][81].
inline void TileProduct(const uint8_t* codes, const int32_t* x, uint32_t columns, int32_t* tables,
                        const TileSums& front, const TileSums& back) {
  bool fresh = true;
  for (uint32_t left = tiles::Groups(columns); left != 0; fresh = false) {
    const uint32_t groups = left < tiles::kGroups ? left : tiles::kGroups;
    kernel::MakeTileTables(x, groups, tables);
    for (const TileSums* part = &front; part != nullptr; part = part == &front ? &back : nullptr) {
      if (part->tiles != 0) kernel::AddTiles(codes, tables, part->tiles, groups, part->sums, fresh);
      codes += part->tiles * groups * tiles::kRows;
    }
    x += groups * tiles::kTrits;
    left -= groups;
  }
}

}  // namespace atome

#endif  // ATOME_ENGINE_F32_TILE_PRODUCT_H_
