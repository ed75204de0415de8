// The kernels of matrices in tiles against what they are by definition. Freestanding, as kernel_checks.h is.
#ifndef ATOME_ENGINE_TESTING_TILE_CHECKS_H_
#define ATOME_ENGINE_TESTING_TILE_CHECKS_H_

#include <stdint.h>

#include "engine/f32/kernels/add_tiles.h"
#include "engine/f32/kernels/make_tile_tables.h"
#include "engine/image/tiles.h"
#include "engine/q15/kernels/add_tiles.h"
#include "engine/q15/kernels/make_tile_tables.h"
#include "engine/testing/random_words.h"

namespace atome::testing {

class TileChecks : RandomWords {
 public:
  // The name of the first kernel that is wrong, or null. The object is large: not for a stack.
  const char* FirstWrong() {
    for (uint32_t groups = 1; groups <= tiles::kGroups; ++groups) {
      if (!Tables(groups)) return "MakeTileTables of f32";
      if (!HalfTables(groups)) return "MakeTileTables of q15";
      for (uint32_t tiles = 1; tiles <= kTiles; ++tiles) {
        for (int fresh = 0; fresh < 2; ++fresh) {
          if (!Products(tiles, groups, fresh != 0)) return "AddTiles of f32";
          if (!HalfProducts(tiles, groups, fresh != 0)) return "AddTiles of q15";
        }
      }
    }
    return nullptr;
  }

 private:
  static constexpr uint32_t kTiles = 3, kRows = kTiles * tiles::kRows;
  static constexpr int32_t kGuard = 77;  // stands where nothing may be written

  // The sum that a code stands for, modulo 2^32.
  template <class Element>
  static uint32_t Sum(const Element* x, uint32_t code) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < tiles::kTrits; ++i, code /= 3)
      sum += (code % 3 - 1) * static_cast<uint32_t>(int32_t{x[i]});
    return sum;
  }

  // Vectors with the ends of the range in each place, and others: of all groups together.
  template <class Element>
  void Fill(Element* x, uint32_t groups, int32_t most) {
    for (uint32_t g = 0; g < groups; ++g, x += tiles::kTrits) {
      const uint32_t kind = Word() % 3, at = Word() % tiles::kTrits;
      for (uint32_t i = 0; i < tiles::kTrits; ++i) {
        const int32_t any = static_cast<int32_t>(Word() % static_cast<uint32_t>(most / 2)) - most / 4;
        const int32_t sign = Word() % 2 == 0 ? 1 : -1;
        const int32_t value = kind == 0   ? (i == at ? sign * most : 0)
                              : kind == 1 ? sign * (most / int32_t{tiles::kTrits})
                                          : any;
        x[i] = static_cast<Element>(value);
      }
    }
  }

  // Each table begins where the one before ends; what follows the last is not touched.
  bool Tables(uint32_t groups) {
    Fill(x_, groups, INT32_MAX);
    for (int32_t& entry : tables_) entry = kGuard;
    kernel::MakeTileTables(x_, groups, tables_ + 1);
    for (uint32_t g = 0; g < groups; ++g) {
      for (uint32_t code = 0; code < tiles::kCodes; ++code) {
        const uint32_t entry = static_cast<uint32_t>(tables_[1 + g * tiles::kCodes + code]);
        if (entry != Sum(x_ + g * tiles::kTrits, code)) return false;
      }
    }
    return tables_[0] == kGuard && tables_[1 + groups * tiles::kCodes] == kGuard;
  }

  // The sum that an entry of q15 stands for.
  int16_t Entry(uint32_t at) const { return static_cast<int16_t>(half_tables_[at] - q15::kernel::kTileBias); }

  bool HalfTables(uint32_t groups) {
    using q15::kernel::kTileStride;
    Fill(halves_, groups, INT16_MAX);
    for (uint16_t& entry : half_tables_) entry = kGuard;
    q15::kernel::MakeTileTables(halves_, groups, half_tables_ + 2);
    for (uint32_t g = 0; g < groups; ++g) {
      for (uint32_t code = 0; code < tiles::kCodes; ++code) {
        const int16_t entry = Entry(2 + g * kTileStride + code);
        if (static_cast<uint32_t>(int32_t{entry}) != Sum(halves_ + g * tiles::kTrits, code)) return false;
      }
    }
    return half_tables_[1] == kGuard && half_tables_[2 + groups * kTileStride] == kGuard;
  }

  // Codes at any alignment, among them the least and the greatest.
  const uint8_t* Codes(uint32_t bytes, uint32_t step) {
    for (uint8_t& code : codes_) code = static_cast<uint8_t>(Word() % tiles::kCodes * step);
    const uint32_t at = Word() % 4;
    codes_[at] = 0;
    codes_[at + bytes - 1] = static_cast<uint8_t>((tiles::kCodes - 1) * step);
    return codes_ + at;
  }

  template <class Expected>
  bool SumsAre(const uint8_t* codes, uint32_t tiles, uint32_t groups, bool fresh, const Expected& entry) {
    for (uint32_t r = 0; r < tiles * tiles::kRows; ++r) {
      uint32_t sum = fresh ? 0 : static_cast<uint32_t>(before_[r]);
      for (uint32_t g = 0; g < groups; ++g)
        sum += entry(g, codes[(r / tiles::kRows * groups + g) * tiles::kRows + r % tiles::kRows]);
      if (static_cast<uint32_t>(sums_[r]) != sum) return false;
    }
    return sums_[tiles * tiles::kRows] == before_[tiles * tiles::kRows];
  }

  void Begin() {
    for (uint32_t r = 0; r <= kRows; ++r) sums_[r] = before_[r] = static_cast<int32_t>(Word());
  }

  bool Products(uint32_t tiles, uint32_t groups, bool fresh) {
    for (int32_t& entry : tables_) entry = static_cast<int32_t>(Word());  // sums wrap
    const uint8_t* codes = Codes(tiles * groups * tiles::kRows, 1);
    Begin();
    kernel::AddTiles(codes, tables_, tiles, groups, sums_, fresh);
    return SumsAre(codes, tiles, groups, fresh, [this](uint32_t g, uint32_t code) {
      return static_cast<uint32_t>(tables_[g * tiles::kCodes + code]);
    });
  }

  bool HalfProducts(uint32_t tiles, uint32_t groups, bool fresh) {
    using q15::kernel::kTileStride;
    for (uint16_t& entry : half_tables_) entry = static_cast<uint16_t>(Word());
    const uint8_t* codes = Codes(tiles * groups * tiles::kRows, q15::kernel::kTileStep);
    Begin();
    q15::kernel::AddTiles(codes, half_tables_, tiles, groups, sums_, fresh);
    return SumsAre(codes, tiles, groups, fresh, [this](uint32_t g, uint32_t code) {
      return static_cast<uint32_t>(int32_t{Entry(g * kTileStride + code / q15::kernel::kTileStep)});
    });
  }

  int32_t x_[tiles::kGroups * tiles::kTrits];
  int16_t halves_[tiles::kGroups * tiles::kTrits];
  int32_t tables_[tiles::kGroups * tiles::kCodes + 2];
  alignas(4) uint16_t half_tables_[tiles::kGroups * q15::kernel::kTileStride + 4];
  alignas(4) uint8_t codes_[kRows * tiles::kGroups + 4];
  int32_t before_[kRows + 1], sums_[kRows + 1];
};

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_TILE_CHECKS_H_
