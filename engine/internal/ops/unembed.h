// logits = U n.
#ifndef ATOME_ENGINE_INTERNAL_OPS_UNEMBED_H_
#define ATOME_ENGINE_INTERNAL_OPS_UNEMBED_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/internal/float_bits.h"
#include "engine/internal/ternary.h"
#include "engine/internal/workspace.h"

namespace atome::op {

template <class Shape>
struct Unembed {
  // False when a logit is not finite. Never inlined: see Embed.
  [[gnu::noinline]] static bool Run(Workspace<Shape>& w, float* logits) {
    TritCursor rows = w.Ternary(w.Offsets().Unembed()).From(0);
    bool finite = true;
    for (uint32_t v = 0; v < w.shape.vocab_size(); ++v) {
      logits[v] = static_cast<float>(rows.Dot(w.Quantized(), w.d())) * w.unembed_scale;
      finite = finite && IsFinite(logits[v]);
    }
    w.Tap(ATOME_OP_LOGITS, -1, logits, w.shape.vocab_size());
    return finite;
  }
};

}  // namespace atome::op

#endif  // ATOME_ENGINE_INTERNAL_OPS_UNEMBED_H_
