// One engine of variant q15: a checked model file, the state carried from token to token, and the pass of one
// token through it.
#ifndef ATOME_ENGINE_Q15_SESSION_H_
#define ATOME_ENGINE_Q15_SESSION_H_

#include <stdint.h>
#include <string.h>

#include "engine/atome.h"
#include "engine/config.h"
#include "engine/maths/range.h"
#include "engine/q15/block_range.h"
#include "engine/q15/ops/embed.h"
#include "engine/q15/ops/local.h"
#include "engine/q15/ops/mix.h"
#include "engine/q15/ops/norm.h"
#include "engine/q15/ops/router.h"
#include "engine/q15/ops/sparse.h"
#include "engine/q15/ops/state.h"
#include "engine/q15/ops/unembed.h"
#include "engine/q15/prepare.h"
#include "engine/q15/workspace.h"

namespace atome::q15 {

inline constexpr bool kTakesTiles = true;  // of prepared images

template <class Shape>
class Session {
 public:
  static constexpr uint64_t StateBytes(const Shape& shape) {
    return StateOnly(shape) + (IsImageOnly<Shape> ? 0 : ConstantsLayout<Shape>(shape).TotalBytes());
  }

  // Of an image.
  static constexpr ImageNeeds Needs(const Shape& shape) {
    return {shape.cache_bits() == 8 ? ImageVariant::kQ15Kv8 : ImageVariant::kQ15,
            ConstantsLayout<Shape>(shape).TotalBytes(), kTakesTiles};
  }
  // Settles the shape's format.
  static atome_status Check(Shape& shape, const uint8_t* file, size_t file_bytes, atome_location* where) {
    return CheckModel<Session>(shape, file, file_bytes, where);
  }

  Session(const Shape& shape, const uint8_t* file) : w_{shape, file} {}

  // Finds the constants of a checked image, or derives those of a checked file; RANGE, with `*where`, when
  // one of them is out of range.
  atome_status Prepare(atome_location* where) {
    if (w_.Model().image()) {
      w_.constants = w_.file + sizeof(ImageHeader);
      w_.file = w_.constants + ConstantsLayout<Shape>(w_.shape).TotalBytes();
    } else {
      uint8_t* constants = w_.template At<uint8_t>(StateOnly(w_.shape));
      w_.constants = constants;
      const atome_status prepared = PrepareModel(w_.shape, w_.file, constants, where);
      if (prepared != ATOME_OK) return prepared;
    }
    Reset();
    return ATOME_OK;
  }

  void Reset() {
    w_.position = w_.filled = w_.recent_slot = w_.cache_slot = 0;
    const MemoryLayout<Shape> layout = w_.Layout();
    memset(w_.template At<uint8_t>(layout.Recurrent()), 0,
           static_cast<size_t>(layout.EndOfCarried() - layout.Recurrent()));
    for (uint32_t i = 0; i < kernel::kGroup - 1; ++i) w_.Quantized()[w_.d() + i] = 0;
  }

  atome_status Step(uint32_t token, int32_t* logits) {
    if (token >= w_.shape.vocab_size()) return ATOME_ERROR_TOKEN;
    op::Embed<Shape>::Run(w_, token);
    if (w_.filled < w_.shape.max_seq()) ++w_.filled;
    for (uint32_t layer = 0; layer < w_.shape.n_layers(); ++layer) {
      Block(layer);
      if constexpr (kRangesAreChecked) {
        if (!BlockInRange()) return ATOME_ERROR_ACTIVATION;
      }
    }
    if (logits != nullptr) Predict(logits);
    if constexpr (kRangesAreChecked) {
      if (logits != nullptr && !LogitsInRange(logits)) return ATOME_ERROR_ACTIVATION;
    }
    ++w_.position;
    w_.recent_slot = w_.recent_slot + 1 < w_.Layout().Recent() ? w_.recent_slot + 1 : 0;
    w_.cache_slot = w_.cache_slot + 1 < w_.shape.max_seq() ? w_.cache_slot + 1 : 0;
    return ATOME_OK;
  }

  uint32_t position() const { return w_.position; }
  uint32_t LogitBits(int32_t logit) const { return TimesBits(logit, w_.Derived().Model().unembed_scale); }

  void SetTap(atome_tap tap, void* context) {
    w_.tap = tap;
    w_.tap_context = context;
  }

 private:
  // The constants stand behind it, unless they stand in an image.
  static constexpr uint64_t StateOnly(const Shape& shape) {
    return MemoryLayout<Shape>(shape, sizeof(Workspace<Shape>)).TotalBytes();
  }

  // x += the three pathways of one block, mixed by its router.
  void Block(uint32_t layer) {
    op::Norm<Shape>::Run(w_, layer, w_.Constants(layer).norm);
    w_.TapScaled(ATOME_OP_NORM, static_cast<int>(layer), w_.Quantized(), w_.Constants(layer).norm.shift);
    op::Sparse<Shape>::Project(w_, layer);
    op::Router<Shape>::Run(w_, layer);
    op::Local<Shape>::Run(w_, layer);
    op::State<Shape>::Run(w_, layer);
    op::Sparse<Shape>::Run(w_, layer);
    op::Mix<Shape>::Run(w_, layer);
  }

  bool BlockInRange() {
    // Without memory of recent q its slot stays 0.
    return RingInRange(w_.filled, w_.cache_slot, w_.shape.max_seq()) &&
           (w_.recent_slot == 0 || w_.recent_slot < w_.Layout().Recent()) &&
           q15::BlockInRange(w_.routes, w_.Residual(), w_.Quantized(), w_.d());
  }
  // No product with a row of trits is larger than the sum of magnitudes.
  bool LogitsInRange(const int32_t* logits) {
    return AllWithin(logits, w_.shape.vocab_size(), SumOfMagnitudes(w_.Quantized(), w_.d()));
  }

  // Logits from what leaves the last block.
  void Predict(int32_t* logits) {
    op::Norm<Shape>::Run(w_, w_.shape.n_layers(), w_.Derived().Model().final_norm);
    w_.TapScaled(ATOME_OP_FINAL_NORM, -1, w_.Quantized(), w_.Derived().Model().final_norm.shift);
    op::Unembed<Shape>::Run(w_, logits);
  }

  Workspace<Shape> w_;
};

}  // namespace atome::q15

#endif  // ATOME_ENGINE_Q15_SESSION_H_
