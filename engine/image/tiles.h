// A ternary matrix as the look-up kernels read it fastest: tiles of 4 trits; image.md, "Tiles".
#ifndef ATOME_ENGINE_IMAGE_TILES_H_
#define ATOME_ENGINE_IMAGE_TILES_H_

#include <stdint.h>

namespace atome::tiles {

inline constexpr uint32_t kTrits = 4;    // columns of a group, trits of a code
inline constexpr uint32_t kCodes = 81;   // values of a code: the sum of (t_i + 1) 3^i
inline constexpr uint32_t kRows = 8;     // of a tile
inline constexpr uint32_t kGroups = 16;  // of a chunk; the last chunk may have fewer

constexpr uint32_t Groups(uint32_t columns) { return (columns + kTrits - 1) / kTrits; }
// With those that fill the last tile.
constexpr uint32_t Rows(uint32_t rows) { return (rows + kRows - 1) / kRows * kRows; }
constexpr uint32_t Bytes(uint32_t rows, uint32_t columns) { return Rows(rows) * Groups(columns); }

// Writes the Bytes(rows, columns) codes of a matrix; trit(row, column) is -1, 0 or 1. What fills the last
// group and the last tile is zero trits. A code is written as a multiple of `step`: 1, or 2 for q15.
template <uint32_t step = 1, class Trit>
void Write(uint32_t rows, uint32_t columns, const Trit& trit, uint8_t* out) {
  const uint32_t all = Groups(columns);
  for (uint32_t chunk = 0; chunk < all; chunk += kGroups) {
    const uint32_t groups = all - chunk < kGroups ? all - chunk : kGroups;
    for (uint32_t tile = 0; tile < rows; tile += kRows) {
      for (uint32_t group = chunk; group < chunk + groups; ++group) {
        for (uint32_t row = tile; row < tile + kRows; ++row) {
          uint32_t code = 0;
          for (uint32_t i = kTrits; i-- != 0;) {
            const uint32_t column = group * kTrits + i;
            const int32_t t = row < rows && column < columns ? trit(row, column) : 0;
            code = code * 3 + static_cast<uint32_t>(t + 1);
          }
          *out++ = static_cast<uint8_t>(step * code);
        }
      }
    }
  }
}

}  // namespace atome::tiles

#endif  // ATOME_ENGINE_IMAGE_TILES_H_
