// The local pathway: a causal convolution of K ternary taps for each channel.
#ifndef ATOME_ENGINE_F32_OPS_LOCAL_H_
#define ATOME_ENGINE_F32_OPS_LOCAL_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32/kernels/convolve_bytes.h"
#include "engine/f32/kernels/convolve_five.h"
#include "engine/f32/workspace.h"
#include "engine/files/ternary.h"

namespace atome::op {

template <class Shape>
struct Local {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const bool one_byte = model.bytewise() && w.shape.kernel_size() <= 5;  // a channel
    w.local_magnitude = one_byte ? ConvolveBytes(w, layer, model.ConvCodes(layer)) : Convolve(w, layer);
    w.TapSums(ATOME_OP_LOCAL, layer, w.Local(), w.Constants(layer).local);
  }

 private:
  // By definition, for trits of any layout. The history is the last values, newest first.
  static Magnitude Convolve(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t length = w.HistoryLength(), bytes = (length + 5) / 5;  // ATOME03: of a channel
    const int32_t* q = w.Quantized();
    int32_t* history = w.History(layer);
    int32_t* local = w.Local();
    Magnitude magnitude;
    TritCursor trits = model.ConvTrits(layer, 0);
    for (uint32_t i = 0; i < w.d(); ++i) {
      if (model.bytewise()) trits = model.ConvTrits(layer, i * bytes);
      int32_t newer = q[i];
      int32_t sum = trits.Next() * newer;
      for (uint32_t age = 0; age < length; ++age) {
        const int32_t older = history[age];
        sum += trits.Next() * older;
        history[age] = newer;
        newer = older;
      }
      history += length;
      local[i] = sum;
      magnitude.Add(sum);
    }
    return magnitude;
  }

  static Magnitude ConvolveBytes(Workspace<Shape>& w, uint32_t layer, const uint8_t* codes) {
    // At most 4 here; the bound is for a compiler that sees a longer kernel's constant.
    const uint32_t length = w.HistoryLength() < 4 ? w.HistoryLength() : 4;
    const int32_t* q = w.Quantized();
    int32_t* history = w.History(layer);
    return Magnitude(length == 4 ? kernel::ConvolveFive(codes, q, history, w.d(), w.Local())
                                 : kernel::ConvolveBytes(codes, q, history, length, w.d(), w.Local()));
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_OPS_LOCAL_H_
