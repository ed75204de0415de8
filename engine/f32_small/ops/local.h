// The local pathway: a causal convolution of K ternary taps for each channel, as engine/f32/ops/local.h.
#ifndef ATOME_ENGINE_F32_SMALL_OPS_LOCAL_H_
#define ATOME_ENGINE_F32_SMALL_OPS_LOCAL_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/f32_small/trit.h"
#include "engine/f32_small/workspace.h"
#include "engine/files/ternary.h"

namespace atome::op {

template <class Shape>
struct Local {
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    if (model.bytewise()) {
      Convolve(w, layer, ByteTrits(model.ConvCodes(layer)));
    } else {
      Convolve(w, layer, model.Trits(ATOME_TENSOR_CONV, layer));
    }
    w.TapSums(ATOME_OP_LOCAL, layer, w.Local(), w.Constants(layer).local);
  }

 private:
  // The history is the last values, newest first.
  template <class Trits>
  static void Convolve(Workspace<Shape>& w, uint32_t layer, Trits trits) {
    const int32_t* q = w.Quantized();
    int32_t* history = w.History(layer);
    int32_t* local = w.Local();
    for (uint32_t i = 0; i < w.d(); ++i) {
      int32_t newer = q[i];
      int32_t sum = 0;
      for (uint32_t age = w.shape.kernel_size();;) {
        sum += trits.Next() * newer;
        if (--age == 0) break;
        const int32_t older = *history;
        *history++ = newer;
        newer = older;
      }
      if constexpr (requires { trits.EndByte(); }) trits.EndByte();
      local[i] = sum;
    }
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_F32_SMALL_OPS_LOCAL_H_
