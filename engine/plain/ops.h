// The ops of a pass: what a profile tells apart. Never inlined, so that it can by their symbols. A bool says
// whether all is finite that must be.
#ifndef ATOME_ENGINE_PLAIN_OPS_H_
#define ATOME_ENGINE_PLAIN_OPS_H_

#include <stdint.h>

#include "engine/atome.h"
#include "engine/maths/float_bits.h"
#include "engine/plain/functions.h"
#include "engine/plain/workspace.h"

namespace atome::plain::op {

// x = embed[token] + positions[position].
template <class Weights>
struct Embed {
  [[gnu::noinline]] static void Run(Workspace& w, uint32_t token) {
    const uint32_t d = w.d();
    const typename Weights::Row a(w.Section(PlainFile::kEmbed, 0), w.config.vocab_size, d, token);
    const typename Weights::Row b(w.Section(PlainFile::kPositions, 0), w.file.Config().max_seq, d,
                                  w.position);
    for (uint32_t i = 0; i < d; ++i) w.x[i] = a[i] + b[i];
    w.Tap(ATOME_OP_EMBED, -1, w.x, d);
  }
};

// n = norm(x). `at`: gamma [d], then beta [d].
struct Norm {
  [[gnu::noinline]] static void Run(Workspace& w, const uint8_t* at, atome_op op, int layer) {
    const float* gamma = reinterpret_cast<const float*>(at);
    LayerNorm(w.x, gamma, gamma + w.d(), w.d(), w.n);
    w.Tap(op, layer, w.n, w.d());
  }
};

// x += Wo attention(n).
template <class Weights>
struct Attention {
  [[gnu::noinline]] static bool Run(Workspace& w, uint32_t layer) {
    const uint32_t d = w.d();
    const uint8_t* at = w.Section(PlainFile::kBlockWeights, layer);
    typename Weights::Input input;
    if (!Weights::Read(w, w.n, d, &input)) return false;
    at = Weights::Multiply(input, at, d, w.q);
    if (!Weights::Remember(w, layer, input, &at) || !Weights::Attend(w, layer)) return false;
    if (!Weights::Read(w, w.n, d, &input)) return false;
    Weights::Multiply(input, at, d, w.q);
    w.Tap(ATOME_OP_ATTENTION, static_cast<int>(layer), w.q, d);
    w.AddToResidual(w.q);
    return true;
  }
};

// x += W2 gelu(W1 n).
template <class Weights>
struct Feed {
  [[gnu::noinline]] static bool Run(Workspace& w, uint32_t layer) {
    const uint32_t d = w.d(), ff = w.config.d_ff;
    const uint8_t* at = w.Section(PlainFile::kBlockWeights, layer);
    at += 4 * static_cast<size_t>(MatrixBytes(w.config.weights, d, d));
    typename Weights::Input input;
    if (!Weights::Read(w, w.n, d, &input)) return false;
    at = Weights::Multiply(input, at, ff, w.h);
    for (uint32_t i = 0; i < ff; ++i) w.h[i] = Weights::Activate(w.h[i]);
    if (!Weights::Read(w, w.h, ff, &input)) return false;
    Weights::Multiply(input, at, d, w.q);
    w.Tap(ATOME_OP_FEED_FORWARD, static_cast<int>(layer), w.q, d);
    w.AddToResidual(w.q);
    uint32_t greatest = 0;
    for (uint32_t i = 0; i < d; ++i) {
      const uint32_t magnitude = MagnitudeBits(w.x[i]);
      if (magnitude > greatest) greatest = magnitude;
    }
    if (greatest >= kInfinityBits) return false;
    w.Tap(ATOME_OP_BLOCK_OUT, static_cast<int>(layer), w.x, d);
    return true;
  }
};

// logits = U n.
template <class Weights>
struct Unembed {
  [[gnu::noinline]] static bool Run(Workspace& w, float* logits) {
    typename Weights::Input input;
    if (!Weights::Read(w, w.n, w.d(), &input)) return false;
    Weights::Multiply(input, w.Section(PlainFile::kUnembed, 0), w.config.vocab_size, logits);
    for (uint32_t v = 0; v < w.config.vocab_size; ++v) {
      if (!IsFinite(logits[v])) return false;
    }
    w.Tap(ATOME_OP_LOGITS, -1, logits, w.config.vocab_size);
    return true;
  }
};

}  // namespace atome::plain::op

#endif  // ATOME_ENGINE_PLAIN_OPS_H_
