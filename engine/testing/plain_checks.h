// The kernels of the plain transformer against what they are by definition. Freestanding, as kernel_checks.h
// is.
#ifndef ATOME_ENGINE_TESTING_PLAIN_CHECKS_H_
#define ATOME_ENGINE_TESTING_PLAIN_CHECKS_H_

#include <stdint.h>

#include "engine/maths/float_bits.h"
#include "engine/plain/kernels/codes.h"
#include "engine/plain/kernels/floats.h"
#include "engine/plain/kernels/row_products.h"
#include "engine/plain/kernels/row_sums.h"
#include "engine/testing/random_words.h"

namespace atome::testing {

class PlainChecks : RandomWords {
 public:
  // The name of the first kernel that is wrong, or null. The object is large: not for a stack.
  const char* FirstWrong() {
    for (uint32_t count = 0; count <= kCount; ++count) {
      for (uint32_t width = 4; width <= kWidth; width += 4) {
        if (!RowSums(count, width, false) || !RowSums(count, width, true)) return "RowSums";
      }
      for (uint32_t columns = 1; columns <= kWidth; columns += columns < 20 ? 1 : 7) {
        if (!RowProducts(count, columns)) return "RowProducts";
      }
    }
    for (uint32_t width = 1; width <= kNarrow; ++width) {
      for (uint32_t count = 1; count <= kCount; ++count) {
        if (!MixedCodes(width, count)) return "MixRows of codes";
        if (!MixedFloats(width, count)) return "MixRows of floats";
      }
      if (!DotOfCodes(width)) return "Dot of codes";
    }
    return nullptr;
  }

 private:
  static constexpr uint32_t kCount = 9, kWidth = 48, kNarrow = 13;
  static constexpr uint32_t kStride = kNarrow + 3;
  static constexpr int32_t kGuard = 77;  // stands where nothing may be written

  // Of any sign and of magnitudes from 2^-4 to 2^4, so that the order of a sum shows.
  float Float() {
    const uint32_t word = Word();
    return FromBits((word & 0x807FFFFFu) | (123 + (word >> 23 & 7)) << 23);
  }
  // The contract's sum of products: four chains, elements by turns.
  static float Chains(const float* a, const float* b, uint32_t count) {
    float chain[4] = {};
    for (uint32_t j = 0; j < 4 && j < count; ++j) {
      chain[j] = a[j] * b[j];
      for (uint32_t i = j + 4; i < count; i += 4) chain[j] = chain[j] + a[i] * b[i];
    }
    return (chain[0] + chain[1]) + (chain[2] + chain[3]);
  }

  bool RowSums(uint32_t count, uint32_t width, bool extreme) {
    for (uint32_t i = 0; i < width; ++i)
      codes_[i] = extreme ? INT16_MAX : static_cast<int16_t>(Word() % 65535 - 32767);
    for (uint32_t i = 0; i < count * width; ++i)
      rows_[i] = extreme ? static_cast<int8_t>(i / width % 2 == 0 ? 127 : -127)
                         : static_cast<int8_t>(Word() % 255 - 127);
    uint32_t row = 0;
    bool right = true;
    plain::kernel::RowSums(rows_, count, width, codes_, [&](int32_t sum) {
      int32_t expected = 0;
      for (uint32_t i = 0; i < width; ++i)
        expected += rows_[row * width + i] * codes_[plain::kernel::PlaceOf(i)];
      right = right && row < count && sum == expected;
      ++row;
    });
    return right && row == count;
  }

  // The rows begin at an odd word of memory.
  bool RowProducts(uint32_t count, uint32_t columns) {
    float* const rows = floats_ + 1;
    for (uint32_t i = 0; i < count * columns; ++i) rows[i] = Float();
    for (uint32_t i = 0; i < columns; ++i) x_[i] = Float();
    for (float& value : y_) value = kGuard;
    plain::kernel::RowProducts(rows, count, columns, x_, y_);
    for (uint32_t r = 0; r < count; ++r) {
      if (ToBits(y_[r]) != ToBits(Chains(rows + r * columns, x_, columns))) return false;
    }
    return y_[count] == kGuard;
  }

  bool MixedFloats(uint32_t width, uint32_t count) {
    for (uint32_t i = 0; i < count * kStride; ++i) floats_[i] = Float();
    for (uint32_t j = 0; j < count; ++j) x_[j] = Float();
    const float scale = Float();
    float out[kNarrow + 1];
    out[width] = kGuard;
    plain::kernel::MixRows(x_, floats_, kStride, count, width, scale, out);
    for (uint32_t i = 0; i < width; ++i) {
      float sum = x_[0] * floats_[i];
      for (uint32_t j = 1; j < count; ++j) sum = sum + x_[j] * floats_[j * kStride + i];
      if (ToBits(out[i]) != ToBits(sum * scale)) return false;
    }
    return out[width] == kGuard;
  }

  bool MixedCodes(uint32_t width, uint32_t count) {
    int16_t weights[kCount];
    for (uint32_t j = 0; j < count; ++j) weights[j] = static_cast<int16_t>(Word() % (32768 / count));
    for (uint32_t i = 0; i < count * kStride; ++i)
      codes_[i] = static_cast<int16_t>(count % 3 == 0 ? -INT16_MAX : Word() % 65535 - 32767);
    uint32_t at = 0;
    bool right = true;
    plain::kernel::MixRows(weights, codes_, kStride, count, width, [&](int32_t sum) {
      int32_t expected = 0;
      for (uint32_t j = 0; j < count; ++j) expected += weights[j] * codes_[j * kStride + at];
      right = right && sum == expected;
      ++at;
    });
    return right && at == width;
  }

  // At any alignment of a code.
  bool DotOfCodes(uint32_t width) {
    for (uint32_t i = 0; i < 3 * width; ++i) codes_[i] = static_cast<int16_t>(Word() % 16383 - 8191);
    for (uint32_t from = 0; from < 2; ++from) {
      int32_t expected = 0;
      for (uint32_t i = 0; i < width; ++i) expected += codes_[from + i] * codes_[width + i];
      if (plain::kernel::Dot(codes_ + from, codes_ + width, width) != expected) return false;
    }
    return true;
  }

  alignas(4) int8_t rows_[kCount * kWidth];
  alignas(4) int16_t codes_[kCount * kStride];
  float floats_[kCount * kWidth + 1];
  float x_[kWidth], y_[kCount + 1];
};

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_PLAIN_CHECKS_H_
