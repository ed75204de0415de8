// A ternary matrix, expanded when a model is opened: once for a single vector, once for many.
#ifndef ATOME_ENGINE_HOST_INTERNAL_TERNARY_MATRIX_H_
#define ATOME_ENGINE_HOST_INTERNAL_TERNARY_MATRIX_H_

#include <cstddef>
#include <cstdint>

#include "engine/host/internal/aligned.h"

namespace atome::host {

inline constexpr size_t kQuad = 4;           // columns that stand together in both layouts
inline constexpr size_t kTileRows = 32;      // of TernaryMatrix::tiles
inline constexpr size_t kTableEntries = 81;  // what four trits can be
inline constexpr size_t kTileStep = 64;  // columns that tile_multiply.h reads at once, perhaps after the last
inline constexpr size_t kPassQuads = 4;  // whose tables stand at once: at most 20 KB of a first-level cache

struct TernaryMatrix {
  size_t rows = 0;     // a multiple of kTileRows; those added are zeros
  size_t columns = 0;  // to whole quads of kPassQuads; those added are zeros

  // For one vector: trit + 1 as int8 [rows / kTileRows][columns / 4][kTileRows][4], and room behind them for
  // reading to a multiple of kTileStep columns.
  Aligned<int8_t> tiles;

  // For many vectors: a byte a quad, the sum of (trit + 1) 3^i; [columns / 4 / kPassQuads][rows][kPassQuads].
  Aligned<uint8_t> codes;

  size_t bytes() const { return tiles.bytes() + codes.bytes(); }

  TernaryMatrix() = default;
  // trits: [rows][columns], -1, 0 or 1.
  TernaryMatrix(const int8_t* trits, size_t given_rows, size_t given_columns);
};

// What a product with many vectors works in.
struct ManyScratch {
  Aligned<int32_t> columns;  // [columns to a multiple of kTileStep][kLanes]
  Aligned<int32_t> sums;     // [rows][kLanes]

  ManyScratch(size_t most_rows, size_t most_columns)
      : columns(RoundUp(most_columns, kTileStep) * kLanes), sums(most_rows * kLanes) {}
  size_t bytes() const { return columns.bytes() + sums.bytes(); }
};

}  // namespace atome::host

#endif  // ATOME_ENGINE_HOST_INTERNAL_TERNARY_MATRIX_H_
