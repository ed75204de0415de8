// x = alpha_E * E[token].
#ifndef ATOME_ENGINE_F32_OPS_EMBED_H_
#define ATOME_ENGINE_F32_OPS_EMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/workspace.h"
#include "engine/files/ternary.h"
#include "engine/maths/kernels/wide.h"

namespace atome::op {

template <class Shape>
struct Embed {
  // Never inlined, like every op, so that a profile tells them apart by symbol.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t token) {
    const ModelView<Shape> model = w.Model();
    const int32_t element = w.Derived().Model().embed_element, exponent = w.Derived().Model().embed_exponent;
    int32_t* x = w.Residual();
    int32_t trits = 0;
    Magnitude magnitude;
    const auto put = [&](uint32_t i, int32_t trit) {
      trits += trit;
      x[i] = trit * element;
      magnitude.Add(x[i]);
    };
    uint32_t i = 0;
    const uint8_t* codes = nullptr;
    if (model.bytewise()) {  // a row begins with a byte, and a whole one is taken apart without a loop
      constexpr uint32_t kByte = TritsPerByte(Format::kBase3);
      codes = model.EmbedCodes() + token * ((w.d() + kByte - 1) / kByte);
      for (; i + kByte <= w.d(); i += kByte) {
        TritCursor byte(Format::kBase3, codes++, 0);
#pragma GCC unroll 5
        for (uint32_t j = 0; j < kByte; ++j) put(i + j, byte.Next());
      }
    }
    TritCursor row = model.bytewise() ? TritCursor(Format::kBase3, codes, 0)
                                      : model.Trits(ATOME_TENSOR_EMBED, 0, token * w.d());
    for (; i < w.d(); ++i) put(i, row.Next());
    w.residual_exponent = exponent;
    w.residual_magnitude = magnitude;
    w.residual_sum = kernel::MulAdd(0, trits, element);
    w.TapScaled(ATOME_OP_EMBED, -1, x, exponent);
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_EMBED_H_
