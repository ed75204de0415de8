#include "engine/host/internal/ternary_matrix.h"

namespace atome::host {

TernaryMatrix::TernaryMatrix(const int8_t* trits, size_t given_rows, size_t given_columns)
    : rows(RoundUp(given_rows, kTileRows)),
      columns(RoundUp(given_columns, kPassQuads * kQuad)),
      tiles(Aligned<int8_t>::Zeros(rows * columns + kTileRows * kTileStep)),
      codes(rows * columns / kQuad) {
  const size_t quads = columns / kQuad;
  for (size_t row = 0; row < rows; ++row) {
    for (size_t quad = 0; quad < quads; ++quad) {
      int8_t* tile = tiles.get() + ((row / kTileRows * quads + quad) * kTileRows + row % kTileRows) * kQuad;
      uint8_t code = 0;
      for (size_t i = kQuad; i-- > 0;) {
        const size_t column = quad * kQuad + i;
        const bool given = row < given_rows && column < given_columns;
        const int8_t trit = given ? trits[row * given_columns + column] : int8_t{0};
        tile[i] = static_cast<int8_t>(trit + 1);
        code = static_cast<uint8_t>(code * 3 + trit + 1);
      }
      codes[(quad / kPassQuads * rows + row) * kPassQuads + quad % kPassQuads] = code;
    }
  }
}

}  // namespace atome::host
