#include "engine/host/internal/tile_multiply.h"

#include <algorithm>
#include <numeric>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

// GCC 12 warns of what its own header leaves undefined on purpose.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"

#define ATOME_TILES __attribute__((target("amx-tile,amx-int8,avx512f,avx512bw,avx512vl")))

namespace atome::host {
namespace {

// A tile is 16 rows of 64 bytes. A product of two adds, for 16 vectors and 16 rows of the matrix, what 64
// columns give.
constexpr size_t kRows = 16, kTileColumns = kTileStep, kTileBytes = kRows * kTileColumns;
// q is taken apart into digits of 8 bits, as multiply.cc does for one vector.
constexpr size_t kPlanes = 4;

bool Ask() {
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return false;
  constexpr unsigned kAmxTile = 1u << 24, kAmxInt8 = 1u << 25;
  if ((edx & kAmxTile) == 0 || (edx & kAmxInt8) == 0) return false;
  if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl")) return false;
  constexpr long kRequestPermission = 0x1023, kTileData = 18;  // Linux gives the tiles' 8 KB on request only
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

// Before tiles are loaded from `memory`: GCC 12's intrinsics do not say that they read it, or say so of its
// first 8 bytes, and what was written there just before would be left out.
inline void Written(const void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

// Eight tiles of `rows` rows [8].
ATOME_TILES void Configure(const uint8_t* rows) {
  struct alignas(64) {
    uint8_t palette = 1, start = 0, reserved[14] = {};
    uint16_t row_bytes[16] = {};
    uint8_t rows[16] = {};
  } config;
  std::fill_n(config.row_bytes, 8, uint16_t{kTileColumns});
  std::copy_n(rows, 8, config.rows);
  Written(&config);
  _tile_loadconfig(&config);
}

// The digits of q [columns], plane by plane: those of 64 columns are a row of each of kPlanes tiles. Returns
// the sum of q.
ATOME_TILES int32_t SplitIntoRows(const int32_t* q, size_t columns, int8_t* row) {
  const __m512i carries = _mm512_set1_epi32(0x00808080);
  const __m512i by_plane =
      _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  const __m512i first_two = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
  const __m512i last_two = _mm512_add_epi32(first_two, _mm512_set1_epi32(2));
  __m512i sum = _mm512_setzero_si512();
  for (size_t column = 0; column < columns; column += kTileColumns, row += kPlanes * kTileBytes) {
    __m512i quads[4];
    for (size_t i = 0; i < 4; ++i) {
      const size_t at = column + i * kLanes;
      const __m512i v = at < columns ? _mm512_load_si512(q + at) : _mm512_setzero_si512();
      sum = _mm512_add_epi32(sum, v);
      quads[i] = _mm512_shuffle_epi8(_mm512_xor_si512(_mm512_add_epi32(v, carries), carries), by_plane);
    }
    const auto store_two = [&](__m512i which, int8_t* to) ATOME_TILES {
      const __m512i left = _mm512_permutex2var_epi32(quads[0], which, quads[1]);
      const __m512i right = _mm512_permutex2var_epi32(quads[2], which, quads[3]);
      _mm512_store_si512(to, _mm512_shuffle_i64x2(left, right, 0x44));
      _mm512_store_si512(to + kTileBytes, _mm512_shuffle_i64x2(left, right, 0xEE));
    };
    store_two(first_two, row);
    store_two(last_two, row + 2 * kTileBytes);
  }
  // The header's own sum of lanes overflows int.
  alignas(64) uint32_t lanes[kLanes];
  _mm512_store_si512(lanes, sum);
  return static_cast<int32_t>(std::accumulate(lanes, lanes + kLanes, 0u));
}

// The next rows of the matrix, which is larger than the first-level cache, come while these are multiplied;
// products with short elements are too fast for it to pay. What lies behind the last row is not read.
ATOME_TILES void Prefetch(const int8_t* trits, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 64) _mm_prefetch(reinterpret_cast<const char*>(trits + i), _MM_HINT_T0);
}

constexpr size_t kQuadBytes = kTileRows * kQuad;
constexpr size_t kProducts = kRows * kRows;

// products [kPlanes][kRows][kRows] = the digits of 16 vectors times 16 rows of the matrix, of trits plus 1.
ATOME_TILES void MultiplyTiles(const int8_t* digits, const int8_t* trits, size_t columns, int32_t* products) {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (size_t column = 0; column < columns; column += kTileColumns) {
    _tile_loadd(4, trits, kQuadBytes);
    _tile_loadd(5, digits, kTileColumns);
    _tile_dpbsud(0, 5, 4);
    _tile_loadd(6, digits + kTileBytes, kTileColumns);
    _tile_dpbsud(1, 6, 4);
    _tile_loadd(7, digits + 2 * kTileBytes, kTileColumns);
    _tile_dpbsud(2, 7, 4);
    _tile_loadd(5, digits + 3 * kTileBytes, kTileColumns);
    _tile_dpbsud(3, 5, 4);
    trits += kTileColumns / kQuad * kQuadBytes;
    digits += kPlanes * kTileBytes;
  }
  constexpr size_t kRowBytes = kRows * sizeof(int32_t);
  _tile_stored(0, products, kRowBytes);
  _tile_stored(1, products + kProducts, kRowBytes);
  _tile_stored(2, products + 2 * kProducts, kRowBytes);
  _tile_stored(3, products + 3 * kProducts, kRowBytes);
}

// products [2][2][kRows][kRows] = the lower two digits of 16 vectors times 32 rows: the first 16, then the
// others.
ATOME_TILES void MultiplyShortTiles(const int8_t* digits, const int8_t* trits, size_t columns,
                                    int32_t* products) {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (size_t column = 0; column < columns; column += kTileColumns) {
    _tile_loadd(4, trits, kQuadBytes);
    _tile_loadd(5, trits + kRows * kQuad, kQuadBytes);
    _tile_loadd(6, digits, kTileColumns);
    _tile_dpbsud(0, 6, 4);
    _tile_dpbsud(2, 6, 5);
    _tile_loadd(7, digits + kTileBytes, kTileColumns);
    _tile_dpbsud(1, 7, 4);
    _tile_dpbsud(3, 7, 5);
    trits += kTileColumns / kQuad * kQuadBytes;
    digits += kPlanes * kTileBytes;
  }
  constexpr size_t kRowBytes = kRows * sizeof(int32_t);
  _tile_stored(0, products, kRowBytes);
  _tile_stored(1, products + kProducts, kRowBytes);
  _tile_stored(2, products + 2 * kProducts, kRowBytes);
  _tile_stored(3, products + 3 * kProducts, kRowBytes);
}

// sums [count][stride] = the planes put together, less what the trits are too much.
template <size_t used>
ATOME_TILES void PutTogether(const int32_t* products, const int32_t* q_sums, size_t count, int32_t* sums,
                             size_t stride) {
  for (size_t t = 0; t < count; ++t, products += kRows, sums += stride) {
    __m512i sum = _mm512_setzero_si512();
    for (size_t p = used; p-- > 0;) {
      sum = _mm512_add_epi32(_mm512_slli_epi32(sum, 8), _mm512_load_si512(products + p * kProducts));
    }
    _mm512_store_si512(sums, _mm512_sub_epi32(sum, _mm512_set1_epi32(q_sums[t])));
  }
}

// products [4][kPlanes][kRows] = the digits of one vector, a row each, times 64 rows of the matrix, or the 32
// of its last tile: then the first half.
template <bool both>
ATOME_TILES void MultiplyOneTile(const int8_t* digits, const int8_t* trits, size_t columns,
                                 int32_t* products) {
  const int8_t* next = trits + columns * kTileRows;
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  for (size_t column = 0; column < columns; column += kTileColumns) {
    _tile_loadd(4, digits, kTileBytes);
    _tile_loadd(5, trits, kQuadBytes);
    _tile_dpbsud(0, 4, 5);
    _tile_loadd(6, trits + kRows * kQuad, kQuadBytes);
    _tile_dpbsud(1, 4, 6);
    if constexpr (both) {
      _tile_loadd(7, next, kQuadBytes);
      _tile_dpbsud(2, 4, 7);
      _tile_loadd(5, next + kRows * kQuad, kQuadBytes);
      _tile_dpbsud(3, 4, 5);
      next += kTileColumns / kQuad * kQuadBytes;
    }
    trits += kTileColumns / kQuad * kQuadBytes;
    digits += kPlanes * kTileBytes;
  }
  constexpr size_t kRowBytes = kRows * sizeof(int32_t);
  constexpr size_t kStep = kPlanes * kRows;
  _tile_stored(0, products, kRowBytes);
  _tile_stored(1, products + kStep, kRowBytes);
  if constexpr (both) {
    _tile_stored(2, products + 2 * kStep, kRowBytes);
    _tile_stored(3, products + 3 * kStep, kRowBytes);
  }
}

// sums [kRows] of products [kPlanes][kRows].
ATOME_TILES void PutOneTogether(const int32_t* products, __m512i q_sum, int32_t* sums) {
  __m512i sum = _mm512_setzero_si512();
  for (size_t p = kPlanes; p-- > 0;) {
    sum = _mm512_add_epi32(_mm512_slli_epi32(sum, 8), _mm512_load_si512(products + p * kRows));
  }
  _mm512_store_si512(sums, _mm512_sub_epi32(sum, q_sum));
}

}  // namespace

bool HasTiles() {
  static const bool has = Ask();
  return has;
}

ATOME_TILES void MultiplyByTiles(const TernaryMatrix& matrix, Elements elements, size_t count,
                                 const int32_t* q, size_t q_stride, int32_t* sums, size_t sums_stride,
                                 ManyScratch* scratch) {
  auto* digits = reinterpret_cast<int8_t*>(scratch->columns.get());
  alignas(64) int32_t products[kPlanes * kProducts];
  int32_t q_sums[kRows];
  constexpr uint8_t kAllRows[8] = {kRows, kRows, kRows, kRows, kRows, kRows, kRows, kRows};
  Configure(kAllRows);
  for (; count != 0; q += kRows * q_stride, sums += kRows * sums_stride) {
    const size_t now = std::min(count, kRows);
    for (size_t t = 0; t < kRows; ++t) {
      const int32_t* vector = q + std::min(t, now - 1) * q_stride;  // unused rows repeat the last
      q_sums[t] = SplitIntoRows(vector, matrix.columns, digits + t * kTileColumns);
    }
    Written(digits);
    const int8_t* trits = matrix.tiles.get();
    for (size_t row = 0; row < matrix.rows; row += kTileRows, trits += matrix.columns * kTileRows) {
      if (elements == Elements::kShort) {
        MultiplyShortTiles(digits, trits, matrix.columns, products);
        PutTogether<2>(products, q_sums, now, sums + row, sums_stride);
        PutTogether<2>(products + 2 * kProducts, q_sums, now, sums + row + kRows, sums_stride);
        continue;
      }
      Prefetch(trits + matrix.columns * kTileRows, matrix.columns * kTileRows);
      MultiplyTiles(digits, trits, matrix.columns, products);
      PutTogether<kPlanes>(products, q_sums, now, sums + row, sums_stride);
      MultiplyTiles(digits, trits + kRows * kQuad, matrix.columns, products);
      PutTogether<kPlanes>(products, q_sums, now, sums + row + kRows, sums_stride);
    }
    count -= now;
  }
  _tile_release();
}

ATOME_TILES void MultiplyOneByTiles(const TernaryMatrix& matrix, const int32_t* q, int32_t* sums,
                                    ManyScratch* scratch) {
  auto* digits = reinterpret_cast<int8_t*>(scratch->columns.get());
  alignas(64) int32_t products[4 * kPlanes * kRows];
  constexpr uint8_t kDigitRows[8] = {kPlanes, kPlanes, kPlanes, kPlanes, kPlanes, kRows, kRows, kRows};
  Configure(kDigitRows);
  const __m512i q_sum = _mm512_set1_epi32(SplitIntoRows(q, matrix.columns, digits));
  Written(digits);
  const int8_t* trits = matrix.tiles.get();
  for (size_t row = 0; row < matrix.rows; row += 2 * kTileRows, trits += 2 * matrix.columns * kTileRows) {
    const bool both = row + kTileRows < matrix.rows;
    if (both) {
      MultiplyOneTile<true>(digits, trits, matrix.columns, products);
    } else {
      MultiplyOneTile<false>(digits, trits, matrix.columns, products);
    }
    for (size_t i = 0; i < (both ? 4 : 2); ++i)
      PutOneTogether(products + i * kPlanes * kRows, q_sum, sums + row + i * kRows);
  }
  _tile_release();
}

}  // namespace atome::host

#else

namespace atome::host {

bool HasTiles() { return false; }
void MultiplyByTiles(const TernaryMatrix&, Elements, size_t, const int32_t*, size_t, int32_t*, size_t,
                     ManyScratch*) {}
void MultiplyOneByTiles(const TernaryMatrix&, const int32_t*, int32_t*, ManyScratch*) {}

}  // namespace atome::host

#endif
