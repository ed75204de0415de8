// x = alpha_E * E[token].
#ifndef ATOME_ENGINE_Q15_OPS_EMBED_H_
#define ATOME_ENGINE_Q15_OPS_EMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/files/ternary.h"
#include "engine/q15/trits.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct Embed {
  // Never inlined, like every op, so that a profile tells them apart by symbol.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t token) {
    const ModelView<Shape> model = w.Model();
    const int32_t element = w.Derived().Model().embed_element, exponent = w.Derived().Model().embed_exponent;
    int32_t* x = w.Residual();
    const uint32_t d = w.d();
    Magnitude magnitude;
    if (model.bytewise()) {
      const uint8_t* codes = model.EmbedCodes() + token * ((d + 4) / 5);
      for (uint32_t first = 0; first < d; first += 5) {
        const uint32_t packed = kTritTable.packed[*codes++];
#pragma GCC unroll 5
        for (uint32_t j = 0; j < 5; ++j) {
          if (first + j == d) break;
          x[first + j] = TritOf(packed, j) * element;
          magnitude.Add(x[first + j]);
        }
      }
    } else {
      TritCursor row = model.Trits(ATOME_TENSOR_EMBED, 0, token * d);
      for (uint32_t i = 0; i < d; ++i) {
        x[i] = row.Next() * element;
        magnitude.Add(x[i]);
      }
    }
    w.residual_exponent = exponent;
    w.residual_magnitude = magnitude;
    w.TapScaled(ATOME_OP_EMBED, -1, x, exponent);
  }
};

}  // namespace atome::q15::op

#endif  // ATOME_ENGINE_Q15_OPS_EMBED_H_
