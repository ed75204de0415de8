// One engine: a checked model file, the state carried from token to token, and the pass of one token through
// it.
#ifndef ATOME_ENGINE_F32_SESSION_H_
#define ATOME_ENGINE_F32_SESSION_H_

#include <stdint.h>
#include <string.h>

#include "engine/atome.h"
#include "engine/f32/block_range.h"
#include "engine/f32/kernels/scale_sums.h"
#include "engine/f32/pass.h"
#include "engine/maths/best_sum.h"
#include "engine/maths/float_bits.h"
#include "engine/maths/range.h"
#include "engine/maths/sum.h"

namespace atome {

template <class Shape>
class Session {
 public:
  static constexpr uint64_t StateBytes(const Shape& shape) {
    return StateOnly(shape) + (IsImageOnly<Shape> ? 0 : ConstantsLayout<Shape>(shape).TotalBytes());
  }

  // Of an image.
  static constexpr ImageNeeds Needs(const Shape& shape) {
    return {shape.cache_bits() == 16 ? ImageVariant::kF32Kv16 : ImageVariant::kF32,
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
    w_.position = w_.filled = w_.slot = 0;
    w_.failed = false;
    const auto layout = w_.Layout();
    memset(w_.template At<uint8_t>(layout.Carried()), 0,
           static_cast<size_t>(layout.EndOfCarried() - layout.Carried()));
    for (uint32_t layer = 0; layer < w_.shape.n_layers(); ++layer) w_.State(layer).exponent = kNever;
    for (uint32_t i = 1; i < kernel::kGroup; ++i) w_.Quantized()[w_.d() + i - 1] = 0;
  }

  // `sums`: of every token of the vocabulary, what Logit makes its logit of; or null.
  atome_status Step(uint32_t token, kernel::Sum* sums) {
    if (token >= w_.shape.vocab_size()) return ATOME_ERROR_TOKEN;
    if (w_.failed) return ATOME_ERROR_NON_FINITE;
    w_.failed = true;
    op::Embed<Shape>::Run(w_, token);
    if (w_.filled < w_.shape.max_seq()) ++w_.filled;
    for (uint32_t layer = 0; layer < w_.shape.n_layers(); ++layer) {
      if (!Block(layer)) return ATOME_ERROR_NON_FINITE;
      if constexpr (kRangesAreChecked) {
        if (!BlockInRange()) return ATOME_ERROR_ACTIVATION;
      }
    }
    if (sums != nullptr && !Predict(sums)) return ATOME_ERROR_NON_FINITE;
    if constexpr (kRangesAreChecked) {
      if (sums != nullptr && !SumsInRange(sums)) return ATOME_ERROR_ACTIVATION;
    }
    ++w_.position;
    w_.slot = w_.slot + 1 < w_.shape.max_seq() ? w_.slot + 1 : 0;
    w_.failed = false;
    return ATOME_OK;
  }

  // The same, and every sum turned into its logit in its place.
  atome_status StepLogits(uint32_t token, float* logits) {
    kernel::Sum* sums = reinterpret_cast<kernel::Sum*>(logits);
    const atome_status status = Step(token, sums);
    if (status != ATOME_OK || logits == nullptr) return status;
    kernel::ScaleSums(sums, w_.shape.vocab_size(), w_.UnembedScale(), logits);
    w_.Tap(ATOME_OP_LOGITS, -1, logits, w_.shape.vocab_size());
    return status;
  }

  uint32_t position() const { return w_.position; }
  uint32_t LogitBits(int32_t sum) const { return ToBits(Logit(sum, w_.UnembedScale())); }
  // The token of the greatest logit, the lowest of equals.
  uint32_t Best(const kernel::Sum* sums, uint32_t count) const {
    return BestSum(sums, count, w_.UnembedScale());
  }

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
  bool Block(uint32_t layer) {
    op::Norm<Shape>::Run(w_, layer, w_.Constants(layer).norm);
    w_.TapScaled(ATOME_OP_NORM, static_cast<int>(layer), w_.Quantized(), w_.Constants(layer).norm.shift);
    op::Sparse<Shape>::Project(w_, layer);
    op::Router<Shape>::Run(w_, layer);
    op::Local<Shape>::Run(w_, layer);
    if (!op::State<Shape>::Run(w_, layer)) return false;
    op::Sparse<Shape>::Run(w_, layer);
    return op::Mix<Shape>::Run(w_, layer);
  }

  bool BlockInRange() {
    return RingInRange(w_.filled, w_.slot, w_.shape.max_seq()) &&
           atome::BlockInRange(w_.routes, w_.Residual(), w_.Quantized(), w_.d());
  }
  // No product with a row of trits is larger than the sum of magnitudes.
  bool SumsInRange(const kernel::Sum* sums) {
    return AllWithin(sums, w_.shape.vocab_size(), SumOfMagnitudes(w_.Quantized(), w_.d()));
  }

  // The sums of the logits from what leaves the last block.
  bool Predict(kernel::Sum* sums) {
    op::Norm<Shape>::Run(w_, w_.shape.n_layers(), w_.Derived().Model().final_norm);
    w_.TapScaled(ATOME_OP_FINAL_NORM, -1, w_.Quantized(), w_.Derived().Model().final_norm.shift);
    return op::Unembed<Shape>::Run(w_, sums);
  }

  Workspace<Shape> w_;
};

}  // namespace atome

#endif  // ATOME_ENGINE_F32_SESSION_H_
