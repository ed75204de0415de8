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
    const bool one_byte = model.columns() && w.shape.kernel_size() <= 5;  // a channel
    w.local_magnitude = one_byte ? ConvolveBytes(w, layer, model.ConvCodes(layer)) : Convolve(w, layer);
    const LayerConstants& constants = w.Constants(layer);
    w.TapSums(ATOME_OP_LOCAL, static_cast<int>(layer), w.Local(),
              Scale2(constants.local_alpha, -constants.norm.shift));
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
      if (model.columns()) trits = model.ConvTrits(layer, i * bytes);
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

  // For a channel whose trits t_j are one byte c. With Q_j = c / 3^j, less what it is of a byte of zeros, t_j
  // is Q_j - 3 Q_{j+1}, so that the sum of t_j v_j is the sum of Q_j (v_j - 3 v_{j-1}): one product a tap and
  // no remainder. Those differences are the history, newest first; the newest waits for its v_{j-1}. All
  // modulo 2^32, which the sum fits.
  static Magnitude ConvolveBytes(Workspace<Shape>& w, uint32_t layer, const uint8_t* codes) {
    // c * factor >> shift is c / 3^j, exact below 243.
    constexpr uint32_t kFactor[] = {1, 171, 57, 19, 203}, kShift[] = {0, 9, 9, 9, 14};
    constexpr uint32_t kZeros[] = {121, 40, 13, 4, 1};
    // At most 4 here; the bound is for a compiler that sees a longer kernel's constant.
    const uint32_t length = w.HistoryLength() < 4 ? w.HistoryLength() : 4;
    const int32_t* q = w.Quantized();
    int32_t* history = w.History(layer);
    int32_t* local = w.Local();
    Magnitude magnitude;
    for (uint32_t i = 0; i < w.d(); ++i) {
      const uint32_t code = codes[i];
      uint32_t newer = static_cast<uint32_t>(q[i]);
      uint32_t sum = (code - kZeros[0]) * newer;
#pragma GCC unroll 4
      for (uint32_t age = 1; age <= length; ++age) {
        uint32_t older = static_cast<uint32_t>(history[age - 1]);
        history[age - 1] = static_cast<int32_t>(newer);
        if (age == 1) older -= 3 * newer;
        sum += ((code * kFactor[age] >> kShift[age]) - kZeros[age]) * older;
        newer = older;
      }
      history += length;
      local[i] = static_cast<int32_t>(sum);
      magnitude.Add(local[i]);
    }
    return magnitude;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_LOCAL_H_
