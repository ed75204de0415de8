// The local pathway: a causal convolution of K ternary taps for each channel.
#ifndef ATOME_ENGINE_Q15_OPS_LOCAL_H_
#define ATOME_ENGINE_Q15_OPS_LOCAL_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/ternary.h"
#include "engine/q15/trits.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct Local {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t kernel_size = w.shape.kernel_size(), ring = w.Layout().Recent();
    const int16_t** rows = w.Rows();
    for (uint32_t age = 0, slot = w.recent_slot; age < kernel_size; ++age) {
      rows[age] = w.Recent(layer, slot);
      slot = (slot != 0 ? slot : ring) - 1;
    }
    const uint8_t* codes = model.columns() ? model.ConvCodes(layer) : nullptr;
    TritCursor trits =
        model.columns() ? TritCursor(Format::kBase3, codes, 0) : model.Trits(ATOME_TENSOR_CONV, layer);
    int32_t* local = w.Local();
    Magnitude magnitude;
    for (uint32_t i = 0; i < w.d(); ++i) {
      int32_t sum = 0;
      uint32_t packed = 0;
#pragma GCC unroll 5
      for (uint32_t age = 0; age < kernel_size; ++age) {
        int32_t trit;
        if (model.columns()) {  // each channel begins a byte
          if (age % 5 == 0) packed = kTritTable.packed[*codes++];
          trit = TritOf(packed, age % 5);
        } else {
          trit = trits.Next();
        }
        sum += trit * rows[age][i];
      }
      local[i] = sum;
      magnitude.Add(sum);
    }
    w.local_magnitude = magnitude;
    w.TapSums(ATOME_OP_LOCAL, static_cast<int>(layer), local, ATOME_TENSOR_CONV);
  }
};

}  // namespace atome::q15::op

#endif  // ATOME_ENGINE_Q15_OPS_LOCAL_H_
