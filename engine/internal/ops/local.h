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
    TritCursor trits =
        model.columns() ? TritCursor(Format::kBase3, codes, 0) : model.Trits(ATOME_TENSOR_CONV, layer);
    const uint32_t length = w.HistoryLength();
    const int32_t* q = w.Quantized();
    int32_t* history = w.History(layer);
    int32_t* local = w.Local();
    Magnitude magnitude;
    for (uint32_t i = 0; i < w.d(); ++i) {
      int32_t newer = q[i];
      int32_t sum = 0;
      uint32_t code = 0;
#pragma GCC unroll 5
      for (uint32_t age = 0; age <= length; ++age) {
        int32_t trit;
        if (model.columns()) {  // each channel begins a byte
          if (age % 5 == 0) code = *codes++;
          trit = Trit(code, age % 5);
        } else {
          trit = trits.Next();
        }
        sum += trit * newer;
        if (age < length) {
          const int32_t older = history[age];
          history[age] = newer;
          newer = older;
        }
      }
      history += length;
      local[i] = sum;
      magnitude.Add(sum);
    }
    w.local_magnitude = magnitude;
    const LayerConstants& constants = w.Constants(layer);
    w.TapSums(ATOME_OP_LOCAL, static_cast<int>(layer), local,
              Scale2(constants.local_alpha, -constants.norm.shift));
  }

 private:
  // Trit `i`, below 5, of a base-3 byte. The quotients by powers of 3 are exact below 243, and none waits for
  // another.
  static int32_t Trit(uint32_t code, uint32_t i) {
    constexpr uint32_t kFactor[] = {1, 171, 57, 19, 203, 0};
    constexpr uint32_t kShift[] = {0, 9, 9, 9, 14, 0};
    const uint32_t upper = code * kFactor[i + 1] >> kShift[i + 1];
    return static_cast<int32_t>((code * kFactor[i] >> kShift[i]) - 3 * upper) - 1;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_LOCAL_H_
