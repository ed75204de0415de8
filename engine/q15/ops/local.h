// The local pathway: a causal convolution of K ternary taps for each channel.
#ifndef ATOME_ENGINE_Q15_OPS_LOCAL_H_
#define ATOME_ENGINE_Q15_OPS_LOCAL_H_

#include <stdint.h>
#include <string.h>

#include "engine/atome.h"
#include "engine/files/ternary.h"
#include "engine/q15/kernels/convolve_five.h"
#include "engine/q15/trits.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct Local {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t taps = w.shape.kernel_size(), d = w.d();
    int16_t** rows = w.Rows();
    rows[0] = w.Quantized();
    for (uint32_t age = 1, slot = w.recent_slot; age < taps; ++age) {
      slot = (slot != 0 ? slot : taps - 1) - 1;
      rows[age] = w.Recent(layer, slot);
    }
    int32_t* local = w.Local();
    if (model.bytewise() && taps == 5) {
      w.local_magnitude =
          Magnitude(kernel::ConvolveFive(model.ConvCodes(layer), rows, d, local, kTritTable.packed));
    } else {
      w.local_magnitude = model.bytewise()
                              ? FromColumns(model.ConvCodes(layer), rows, d, taps, local)
                              : FromRows(model.Trits(ATOME_TENSOR_CONV, layer), rows, d, taps, local);
      if (taps > 1) memcpy(rows[taps - 1], rows[0], d * sizeof *rows[0]);
    }
    const LayerConstants& constants = w.Constants(layer);
    w.TapSums(ATOME_OP_LOCAL, static_cast<int>(layer), local, constants.norm.shift, constants.local,
              constants.local_sign);
  }

 private:
  // Each channel begins a byte.
  static Magnitude FromColumns(const uint8_t* codes, const int16_t* const* rows, uint32_t d, uint32_t taps,
                               int32_t* local) {
    Magnitude magnitude;
    for (uint32_t i = 0; i < d; ++i) {
      int32_t sum = 0;
      for (uint32_t first = 0; first < taps; first += 5) {
        const uint32_t packed = kTritTable.packed[*codes++];
        for (uint32_t j = 0; j < 5 && first + j < taps; ++j) sum += TritOf(packed, j) * rows[first + j][i];
      }
      local[i] = sum;
      magnitude.Add(sum);
    }
    return magnitude;
  }

  static Magnitude FromRows(TritCursor trits, const int16_t* const* rows, uint32_t d, uint32_t taps,
                            int32_t* local) {
    Magnitude magnitude;
    for (uint32_t i = 0; i < d; ++i) {
      int32_t sum = 0;
      for (uint32_t age = 0; age < taps; ++age) sum += trits.Next() * rows[age][i];
      local[i] = sum;
      magnitude.Add(sum);
    }
    return magnitude;
  }
};

}  // namespace atome::q15::op

#endif  // ATOME_ENGINE_Q15_OPS_LOCAL_H_
