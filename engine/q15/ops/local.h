// The local pathway: a causal convolution of K ternary taps for each channel.
#ifndef ATOME_ENGINE_Q15_OPS_LOCAL_H_
#define ATOME_ENGINE_Q15_OPS_LOCAL_H_

#include <stdint.h>
#include <string.h>

#include "engine/atome.h"
#include "engine/files/ternary.h"
#include "engine/q15/trits.h"
#include "engine/q15/workspace.h"

namespace atome::q15::op {

template <class Shape>
struct Local {
  // Never inlined: see Embed.
  [[gnu::noinline]] static void Run(Workspace<Shape>& w, uint32_t layer) {
    const ModelView<Shape> model = w.Model();
    const uint32_t kernel_size = w.shape.kernel_size();
    const int16_t** rows = w.Rows();
    rows[0] = w.Quantized();
    for (uint32_t age = 1, slot = w.recent_slot; age < kernel_size; ++age) {
      slot = (slot != 0 ? slot : kernel_size - 1) - 1;
      rows[age] = w.Recent(layer, slot);
    }
    int32_t* local = w.Local();
    w.local_magnitude =
        model.bytewise() ? FromColumns(model.ConvCodes(layer), rows, w.d(), kernel_size, local)
                         : FromRows(model.Trits(ATOME_TENSOR_CONV, layer), rows, w.d(), kernel_size, local);
    if (kernel_size > 1) memcpy(w.Recent(layer, w.recent_slot), rows[0], w.d() * sizeof *rows[0]);
    const LayerConstants& constants = w.Constants(layer);
    w.TapSums(ATOME_OP_LOCAL, static_cast<int>(layer), local, constants.norm.shift, constants.local,
              constants.local_sign);
  }

 private:
  // Each channel begins a byte. Most models have five taps: one byte.
  static Magnitude FromColumns(const uint8_t* codes, const int16_t* const* rows, uint32_t d, uint32_t taps,
                               int32_t* local) {
    Magnitude magnitude;
    if (taps == 5) {
      const int16_t *a = rows[0], *b = rows[1], *c = rows[2], *e = rows[3], *f = rows[4];
      for (uint32_t i = 0; i < d; ++i) {
        const uint32_t packed = kTritTable.packed[*codes++];
        const int32_t sum = TritOf(packed, 0) * *a++ + TritOf(packed, 1) * *b++ + TritOf(packed, 2) * *c++ +
                            TritOf(packed, 3) * *e++ + TritOf(packed, 4) * *f++;
        local[i] = sum;
        magnitude.Add(sum);
      }
      return magnitude;
    }
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
