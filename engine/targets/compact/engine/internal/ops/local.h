// The local pathway: a causal convolution of K ternary taps for each channel, as engine/internal/ops/local.h.
#ifndef ATOME_ENGINE_INTERNAL_OPS_LOCAL_H_
#define ATOME_ENGINE_INTERNAL_OPS_LOCAL_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/ternary.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct Local {
  // The history is the last values, newest first.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t taps = w.shape.kernel_size();
    const int32_t* q = w.Quantized();
    int32_t* history = w.History(layer);
    int32_t* local = w.Local();
    TritCursor trits = model.ConvTrits(layer, 0);
    for (uint32_t i = 0; i < w.d(); ++i) {
      int32_t newer = q[i];
      int32_t sum = 0;
      for (uint32_t age = taps;;) {
        sum += trits.Next() * newer;
        if (--age == 0) break;
        const int32_t older = *history;
        *history++ = newer;
        newer = older;
      }
      if (model.columns()) trits.NextByte();
      local[i] = sum;
    }
    const LayerConstants& constants = w.Constants(layer);
    w.TapSums(ATOME_OP_LOCAL, static_cast<int>(layer), local,
              Scale2(w.Scale(ATOME_TENSOR_CONV, layer), -constants.norm.shift));
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_LOCAL_H_
