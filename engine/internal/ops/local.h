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
    const float scale = w.Constants(layer).local_scale;
    float* local = w.Local();
    for (uint32_t i = 0; i < w.d(); ++i) {
      if (model.columns()) {
        taps = TritCursor(Format::kBase3, codes, 0);
        codes += (w.shape.kernel_size() + 4) / 5;
      }
      local[i] = static_cast<float>(Convolve(w, layer, i, &taps)) * scale;
    }
    w.Tap(ATOME_OP_LOCAL, static_cast<int>(layer), local, w.d());
  }

 private:
  // One channel; its current value then enters the history in place of the oldest.
  static int32_t Convolve(Workspace<Shape>& w, uint32_t layer, uint32_t channel, TritCursor* taps) {
    const int32_t current = w.Quantized()[channel];
    int32_t sum = taps->Next() * current;
    for (uint32_t age = 1; age <= w.HistoryLength(); ++age) {
      sum += taps->Next() * w.History(layer, age)[channel];
    }
    if (w.HistoryLength() != 0) w.History(layer, 0)[channel] = current;
    return sum;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_LOCAL_H_
