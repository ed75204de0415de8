// The local pathway: a causal convolution of K ternary taps for each channel.
#ifndef ATOME_ENGINE_INTERNAL_OPS_LOCAL_H_
#define ATOME_ENGINE_INTERNAL_OPS_LOCAL_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/ternary.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct Local {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint8_t* codes = model.columns() ? model.ConvCodes(layer) : nullptr;
    TritCursor taps =
        model.columns() ? TritCursor(Format::kBase3, codes, 0) : model.Trits(ATOME_TENSOR_CONV, layer);
    const int32_t* q = w.Quantized();
    const uint32_t length = w.HistoryLength();
    int32_t* history = w.History(layer);
    int32_t* local = w.Local();
    Magnitude magnitude;
    for (uint32_t i = 0; i < w.d(); ++i) {
      if (model.columns()) {
        taps = TritCursor(Format::kBase3, codes, 0);
        codes += (length + 5) / 5;
      }
      int32_t newer = q[i];
      int32_t sum = taps.Next() * newer;
      for (uint32_t age = 0; age < length; ++age) {
        const int32_t older = history[age];
        sum += taps.Next() * older;
        history[age] = newer;
        newer = older;
      }
      history += length;
      local[i] = sum;
      magnitude.Add(sum);
    }
    w.local_magnitude = magnitude;
    const LayerConstants& constants = w.Constants(layer);
    w.TapScaled(ATOME_OP_LOCAL, static_cast<int>(layer), local,
                Scale2(constants.local_alpha, -constants.norm.shift), 0);
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_LOCAL_H_
