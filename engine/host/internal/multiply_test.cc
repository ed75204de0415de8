// Ternary products against sums one by one, modulo 2^32, with every set of instructions that this processor
// has.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/host/internal/kernels.h"
#include "engine/host/testing/targets.h"
#include "engine/testing/model_builder.h"

namespace atome::host {
namespace {

using atome::testing::Source;

// Any int32, the extremes often.
int32_t AnyInt(Source* source) {
  constexpr uint32_t kExtremes[] = {0,          1,          0xFFFFFFFF, 0x7FFFFFFF,
                                    0x80000000, 0x7FFF8000, 0x00008000, 0xFFFF8000};
  const uint32_t kind = source->Below(16);
  return static_cast<int32_t>(kind < 8 ? kExtremes[kind] : static_cast<uint32_t>(source->Word()));
}

// 14 bits and a sign, the extremes often.
int32_t ShortInt(Source* source) {
  constexpr int32_t kExtremes[] = {0, 1, -1, 0x3FFF, -0x4000, 0x80, 0x7F, -0x80, -0x81};
  const uint32_t kind = source->Below(18);
  return kind < 9 ? kExtremes[kind] : static_cast<int32_t>(source->Below(0x8000)) - 0x4000;
}

void ExpectProducts(Elements elements, size_t rows, size_t columns, size_t count, uint64_t seed) {
  Source source(seed);
  std::vector<int8_t> trits(rows * columns);
  for (int8_t& trit : trits) trit = static_cast<int8_t>(static_cast<int>(source.Below(3)) - 1);
  const TernaryMatrix matrix(trits.data(), rows, columns);
  ASSERT_EQ(matrix.columns, Padded(columns));
  Aligned<int32_t> q = Aligned<int32_t>::Zeros(count * matrix.columns);
  for (size_t t = 0; t < count; ++t) {
    for (size_t i = 0; i < columns; ++i)
      q[t * matrix.columns + i] = elements == Elements::kShort ? ShortInt(&source) : AnyInt(&source);
  }
  testing::ForEachTarget([&] {
    ManyScratch scratch(matrix.rows, matrix.columns);
    Aligned<int32_t> sums(count * matrix.rows);
    Multiply(matrix, elements, count, q.get(), matrix.columns, sums.get(), matrix.rows, &scratch);
    for (size_t t = 0; t < count; ++t) {
      for (size_t r = 0; r < matrix.rows; ++r) {
        uint32_t sum = 0;
        for (size_t i = 0; i < columns && r < rows; ++i) {
          sum += static_cast<uint32_t>(trits[r * columns + i]) *
                 static_cast<uint32_t>(q[t * matrix.columns + i]);
        }
        ASSERT_EQ(sums[t * matrix.rows + r], static_cast<int32_t>(sum)) << "row " << r << ", vector " << t;
      }
    }
  });
}

TEST(Multiply, GivesTheSumsModulo32Bits) {
  for (const Elements elements : {Elements::kAny, Elements::kShort}) {
    SCOPED_TRACE(elements == Elements::kShort ? "short" : "any");
    ExpectProducts(elements, 1, 1, 1, 1);
    ExpectProducts(elements, 3, 17, 2, 2);
    ExpectProducts(elements, 99, 64, 64, 3);
    ExpectProducts(elements, 33, 31, 63, 4);
    ExpectProducts(elements, 40, 2048, 5, 5);
    ExpectProducts(elements, 40, 2048, 1, 7);
    ExpectProducts(elements, 387, 256, 17, 6);
    for (uint64_t seed = 10; seed < 40; ++seed)
      ExpectProducts(elements, 1 + seed % 37, 1 + seed % 29, 1 + seed % 35, seed);
  }
}

TEST(ScaleSums, RoundsToNearestEvenAndWritesNoMore) {
  const int32_t sums[] = {16777217, 16777219, -16777217, -16777219, INT32_MIN, INT32_MAX, 0, 1};
  for (size_t count = 0; count <= 40; ++count) {
    Aligned<int32_t> all(Padded(count));
    for (size_t i = 0; i < count; ++i) all[i] = sums[i % 8];
    testing::ForEachTarget([&] {
      std::vector<float> logits(count + 1, 7.0f);
      ScaleSums(all.get(), count, -0x1.8p-3f, logits.data());
      for (size_t i = 0; i < count; ++i) EXPECT_EQ(logits[i], static_cast<float>(sums[i % 8]) * -0x1.8p-3f);
      EXPECT_EQ(logits[count], 7.0f);
    });
  }
}

}  // namespace
}  // namespace atome::host
