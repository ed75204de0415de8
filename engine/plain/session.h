// One engine: a checked model file, what is remembered of past positions, and the pass of one token.
#ifndef ATOME_ENGINE_PLAIN_SESSION_H_
#define ATOME_ENGINE_PLAIN_SESSION_H_

#include <stdint.h>

#include "engine/atome_plain.h"
#include "engine/plain/fp32.h"
#include "engine/plain/int8.h"
#include "engine/plain/ops.h"
#include "engine/plain/shape.h"
#include "engine/plain/workspace.h"

namespace atome::plain {

class Session {
 public:
  static uint64_t StateBytes(const Shape& shape) { return Workspace(shape.config, nullptr).bytes; }

  static atome_status Check(Shape& shape, const uint8_t* file, size_t file_bytes, atome_location* where) {
    return CheckFile(shape, file, file_bytes, where);
  }

  Session(const Shape& shape, const uint8_t* file) : w_(shape.config, file) {}

  atome_status Prepare(atome_location*) {
    Reset();
    return ATOME_OK;
  }

  void Reset() {
    w_.position = 0;
    w_.failed = false;
    w_.score_scale = 1.0f / Sqrt(static_cast<float>(static_cast<int32_t>(w_.HeadWidth())));
    Int8Weights() ? Int8::Reset(w_) : Fp32::Reset(w_);
  }

  atome_status Step(uint32_t token, float* logits) {
    if (token >= w_.config.vocab_size) return ATOME_ERROR_TOKEN;
    if (w_.failed) return ATOME_ERROR_NON_FINITE;
    if (w_.position >= w_.config.max_seq) return ATOME_ERROR_POSITION;
    w_.failed = !(Int8Weights() ? Pass<Int8>(token, logits) : Pass<Fp32>(token, logits));
    if (w_.failed) return ATOME_ERROR_NON_FINITE;
    ++w_.position;
    return ATOME_OK;
  }

  uint32_t position() const { return w_.position; }

  void SetTap(atome_tap tap, void* context) {
    w_.tap = tap;
    w_.tap_context = context;
  }

 private:
  bool Int8Weights() const { return w_.config.weights == ATOME_PLAIN_INT8; }

  template <class Weights>
  bool Pass(uint32_t token, float* logits) {
    op::Embed<Weights>::Run(w_, token);
    const uint32_t half = 8 * w_.d();  // bytes of a norm's vectors
    for (uint32_t layer = 0; layer < w_.config.n_layers; ++layer) {
      const uint8_t* vectors = w_.Section(PlainFile::kBlockVectors, layer);
      const int index = static_cast<int>(layer);
      op::Norm::Run(w_, vectors, ATOME_OP_NORM, index);
      if (!op::Attention<Weights>::Run(w_, layer)) return false;
      op::Norm::Run(w_, vectors + half, ATOME_OP_FEED_NORM, index);
      if (!op::Feed<Weights>::Run(w_, layer)) return false;
    }
    if (logits == nullptr) return true;
    op::Norm::Run(w_, w_.Section(PlainFile::kFinalVectors, 0), ATOME_OP_FINAL_NORM, -1);
    return op::Unembed<Weights>::Run(w_, logits);
  }

  Workspace w_;
};

}  // namespace atome::plain

#endif  // ATOME_ENGINE_PLAIN_SESSION_H_
