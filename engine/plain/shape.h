// Dimensions of a plain transformer and what follows from them.
#ifndef ATOME_ENGINE_PLAIN_SHAPE_H_
#define ATOME_ENGINE_PLAIN_SHAPE_H_

#include <stdint.h>

#include "engine/atome_plain.h"

namespace atome::plain {

constexpr bool InRange(const atome_plain_config& c) {
  constexpr auto within = [](uint32_t value, uint32_t most) { return value >= 1 && value <= most; };
  return within(c.vocab_size, 65535) && within(c.d_model, 2048) && within(c.n_layers, 64) &&
         within(c.n_heads, 64) && c.d_model % c.n_heads == 0 && within(c.d_ff, 8192) &&
         within(c.max_seq, 65535) && c.weights <= ATOME_PLAIN_INT8;
}

struct Shape {
  atome_plain_config config;

  // False when there is no such shape.
  bool Set(const atome_plain_config& wanted) {
    config = wanted;
    return InRange(wanted);
  }
};

constexpr uint32_t RoundUp(uint32_t count, uint32_t multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

// Least n with value <= 2^n; value at least 1.
constexpr int CeilLog2(uint32_t value) { return value == 1 ? 0 : 32 - __builtin_clz(value - 1); }

// Bits of the codes that a product of `columns` columns takes: no partial sum leaves int32.
constexpr int ProductBits(uint32_t columns) {
  const int log = CeilLog2(columns);
  return log <= 9 ? 15 : 24 - log;
}

// Bits of a query's and a key's codes, B of the contract.
constexpr int ScoreBits(uint32_t head_width) {
  const int bits = (31 - CeilLog2(head_width)) / 2;
  return bits < 15 ? bits : 15;
}

}  // namespace atome::plain

#endif  // ATOME_ENGINE_PLAIN_SHAPE_H_
