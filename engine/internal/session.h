// One engine: a checked model file, the state carried from token to token, and the pass of one token through
// it. Stands at the start of its caller's memory; the arrays follow as MemoryLayout says.
#ifndef ATOME_ENGINE_INTERNAL_SESSION_H_
#define ATOME_ENGINE_INTERNAL_SESSION_H_

#include <stdint.h>
#include <string.h>

#include "engine/atome.h"
#include "engine/config.h"
#include "engine/internal/attention.h"
#include "engine/internal/elementary.h"
#include "engine/internal/float_bits.h"
#include "engine/internal/layer_norm.h"
#include "engine/internal/memory.h"
#include "engine/internal/model_file.h"
#include "engine/internal/ternary.h"

namespace atome {

template <class Shape>
class Session {
 public:
  static constexpr uint64_t StateBytes(const Shape& shape) {
    return MemoryLayout<Shape>(shape, sizeof(Session)).TotalBytes();
  }

  Session(const Shape& shape, const uint8_t* file) : shape_(shape), file_(file) {}

  // Derives the constants of a checked file; RANGE, with `*where`, when one of them is not finite.
  atome_status Prepare(atome_location* where) {
    const FileLayout<Shape> offsets(shape_);
    for (uint32_t layer = 0; layer < shape_.n_layers(); ++layer) {
      const atome_status prepared = PrepareLayer(layer, where);
      if (prepared != ATOME_OK) return prepared;
    }
    bool finite = true;
    final_shift_ = NormShift(Floats(offsets.FinalGamma()), Floats(offsets.FinalBeta()), d(), 1, &finite);
    unembed_scale_ = Scale2(Ternary(offsets.Unembed()).Scale(), -final_shift_);
    if (!finite) return OutOfRange(offsets.FinalGamma(), 0, ATOME_TENSOR_FINAL_GAMMA, where);
    if (!IsFinite(unembed_scale_)) return OutOfRange(offsets.Unembed(), 0, ATOME_TENSOR_UNEMBED, where);
    Reset();
    return ATOME_OK;
  }

  void Reset() {
    position_ = filled_ = slot_ = history_slot_ = 0;
    failed_ = false;
    const MemoryLayout<Shape> layout = Layout();
    memset(At<uint8_t>(layout.Recurrent()), 0,
           static_cast<size_t>(layout.EndOfCarried() - layout.Recurrent()));
  }

  atome_status Step(uint32_t token, float* logits) {
    if (token >= shape_.vocab_size()) return ATOME_ERROR_TOKEN;
    if (failed_) return ATOME_ERROR_NON_FINITE;
    failed_ = true;
    Embed(token);
    if (filled_ < shape_.max_seq()) ++filled_;
    for (uint32_t layer = 0; layer < shape_.n_layers(); ++layer) {
      if (!Block(layer)) return ATOME_ERROR_NON_FINITE;
    }
    if (logits != nullptr && !Unembed(logits)) return ATOME_ERROR_NON_FINITE;
    ++position_;
    slot_ = slot_ + 1 < shape_.max_seq() ? slot_ + 1 : 0;
    history_slot_ = history_slot_ + 1 < HistoryLength() ? history_slot_ + 1 : 0;
    failed_ = false;
    return ATOME_OK;
  }

  uint32_t position() const { return position_; }

  void SetTap(atome_tap tap, void* context) {
    tap_ = tap;
    tap_context_ = context;
  }

 private:
  uint32_t d() const { return shape_.d_model(); }
  uint32_t HistoryLength() const { return shape_.kernel_size() - 1; }
  MemoryLayout<Shape> Layout() const { return MemoryLayout<Shape>(shape_, sizeof(Session)); }

  template <class T>
  T* At(uint64_t offset) {
    return reinterpret_cast<T*>(reinterpret_cast<uint8_t*>(this) + static_cast<size_t>(offset));
  }
  FloatTensor Floats(uint64_t offset) const { return {file_ + static_cast<size_t>(offset)}; }
  TernaryTensor Ternary(uint64_t offset) const {
    return {shape_.format(), file_ + static_cast<size_t>(offset)};
  }

  LayerConstants& Constants(uint32_t layer) { return At<LayerConstants>(Layout().Constants())[layer]; }
  float* Residual() { return At<float>(Layout().Residual()); }
  float* Normalized() { return At<float>(Layout().Normalized()); }
  int32_t* Quantized() { return At<int32_t>(Layout().Quantized()); }
  int32_t* Key(uint32_t layer, uint32_t slot) {
    return At<int32_t>(Layout().Keys()) + (layer * shape_.max_seq() + slot) * size_t{shape_.d_head()};
  }
  int32_t* Value(uint32_t layer, uint32_t slot) {
    return At<int32_t>(Layout().Values()) + (layer * shape_.max_seq() + slot) * size_t{d()};
  }
  // Of the vector q that stood `age` positions ago (1 to K-1); `age` 0 is the slot the current one will take.
  int32_t* History(uint32_t layer, uint32_t age) {
    const uint32_t slot = history_slot_ >= age ? history_slot_ - age : history_slot_ + HistoryLength() - age;
    return At<int32_t>(Layout().History()) + (layer * HistoryLength() + slot) * size_t{d()};
  }

  static atome_status OutOfRange(uint64_t offset, uint32_t layer, atome_tensor tensor,
                                 atome_location* where) {
    if (where != nullptr) {
      *where = {static_cast<uint32_t>(offset), static_cast<uint16_t>(layer), static_cast<uint16_t>(tensor)};
    }
    return ATOME_ERROR_RANGE;
  }

  atome_status PrepareLayer(uint32_t layer, atome_location* where) {
    const FileLayout<Shape> offsets(shape_);
    const uint64_t block = offsets.Block(layer);
    LayerConstants& constants = Constants(layer);
    bool finite = true;
    const int shift = NormShift(Floats(block + offsets.Gamma()), Floats(block + offsets.Beta()), d(),
                                shape_.kernel_size(), &finite);
    const float pair = Ternary(block + offsets.Wq()).Scale() * Ternary(block + offsets.Wk()).Scale();
    const float inverse_root = 1.0f / Sqrt(static_cast<float>(shape_.d_head()));
    constants.norm_shift = static_cast<int16_t>(shift);
    constants.query_sign = static_cast<int16_t>((pair > 0.0f) - (pair < 0.0f));
    constants.score_scale = Scale2(Abs(pair) * inverse_root, 2 * ScoreShift(shape_.d_head()) - 2 * shift);
    constants.router_scale = Scale2(Ternary(block + offsets.Router()).Scale(), -shift);
    constants.local_scale = Scale2(Ternary(block + offsets.Conv()).Scale(), -shift);
    constants.sparse_scale = Scale2(Ternary(block + offsets.Wv()).Scale(), -shift - 30);

    float* decay = At<float>(Layout().Decay()) + size_t{layer} * d();
    for (uint32_t i = 0; i < d(); ++i) decay[i] = Tanh(Floats(block + offsets.A())[i]);

    const struct {
      bool finite;
      atome_tensor tensor;
      uint64_t offset;
    } checks[] = {{finite, ATOME_TENSOR_GAMMA, offsets.Gamma()},
                  {IsFinite(constants.local_scale), ATOME_TENSOR_CONV, offsets.Conv()},
                  {IsFinite(constants.score_scale), ATOME_TENSOR_WQ, offsets.Wq()},
                  {IsFinite(constants.sparse_scale), ATOME_TENSOR_WV, offsets.Wv()},
                  {IsFinite(constants.router_scale), ATOME_TENSOR_ROUTER, offsets.Router()}};
    for (const auto& check : checks) {
      if (!check.finite) return OutOfRange(block + check.offset, layer, check.tensor, where);
    }
    return ATOME_OK;
  }

  void Embed(uint32_t token) {
    const TernaryTensor embed = Ternary(FileLayout<Shape>(shape_).Embed());
    const float scale = embed.Scale();
    float* x = Residual();
    TritCursor row = embed.From(token * d());
    for (uint32_t i = 0; i < d(); ++i) {
      const int32_t trit = row.Next();
      x[i] = trit == 0 ? 0.0f : trit > 0 ? scale : -scale;
    }
    Tap(ATOME_OP_EMBED, -1, x, d());
  }

  // x += the three pathways of one block, mixed by its router.
  bool Block(uint32_t layer) {
    const FileLayout<Shape> offsets(shape_);
    const uint64_t block = offsets.Block(layer);
    const LayerConstants& constants = Constants(layer);
    if (!LayerNorm(Residual(), Floats(block + offsets.Gamma()), Floats(block + offsets.Beta()), d(),
                   constants.norm_shift, Normalized(), Quantized())) {
      return false;
    }
    Tap(ATOME_OP_NORM, static_cast<int>(layer), Normalized(), d());

    float route[3];  // local, state, sparse
    Route(layer, route);
    Project(layer);
    const uint32_t chosen = Attend(layer);

    const Candidate* candidates = At<Candidate>(Layout().Candidates());
    const TernaryTensor conv = Ternary(block + offsets.Conv());
    TritCursor taps = conv.From(0);
    const FloatTensor input_gain = Floats(block + offsets.B());
    const FloatTensor output_gain = Floats(block + offsets.C());
    const float* decay = At<float>(Layout().Decay()) + size_t{layer} * d();
    float* recurrent = At<float>(Layout().Recurrent()) + size_t{layer} * d();
    float* x = Residual();
    float* tapped = At<float>(Layout().Taps());
    for (uint32_t i = 0; i < d(); ++i) {
      const float local = static_cast<float>(Convolve(layer, i, &taps)) * constants.local_scale;
      recurrent[i] = decay[i] * recurrent[i] + input_gain[i] * Normalized()[i];
      const float state = output_gain[i] * recurrent[i];
      int64_t mixed = 0;
      for (uint32_t j = 0; j < chosen; ++j) {
        mixed += int64_t{candidates[j].weight} * Value(layer, candidates[j].slot)[i];
      }
      const float sparse = static_cast<float>(mixed) * constants.sparse_scale;
      x[i] = x[i] + (route[0] * local + route[1] * state + route[2] * sparse);
      if constexpr (kTaps) {
        tapped[i] = local;
        tapped[d() + i] = state;
        tapped[2 * d() + i] = sparse;
      }
    }
    Tap(ATOME_OP_LOCAL, static_cast<int>(layer), tapped, d());
    Tap(ATOME_OP_STATE, static_cast<int>(layer), tapped + d(), d());
    Tap(ATOME_OP_SPARSE, static_cast<int>(layer), tapped + 2 * d(), d());
    Tap(ATOME_OP_BLOCK_OUT, static_cast<int>(layer), x, d());
    return true;
  }

  // Softmax over the router's three logits.
  void Route(uint32_t layer, float route[3]) {
    const FileLayout<Shape> offsets(shape_);
    TritCursor rows = Ternary(offsets.Block(layer) + offsets.Router()).From(0);
    float logit[3];
    for (float& y : logit) y = static_cast<float>(rows.Dot(Quantized(), d())) * Constants(layer).router_scale;
    float most = logit[0] > logit[1] ? logit[0] : logit[1];
    most = most > logit[2] ? most : logit[2];
    for (int i = 0; i < 3; ++i) route[i] = Exp(logit[i] - most);
    const float sum = route[0] + route[1] + route[2];
    for (int i = 0; i < 3; ++i) route[i] = route[i] / sum;
    Tap(ATOME_OP_ROUTER, static_cast<int>(layer), route, 3);
    if constexpr (kTaps) {
      float term[3];  // 0 where the share is, even when the logit lies infinitely far below
      for (int i = 0; i < 3; ++i) term[i] = route[i] == 0.0f ? 0.0f : route[i] * (logit[i] - most);
      const float entropy = Log(sum) - (term[0] + term[1] + term[2]);
      Tap(ATOME_OP_ROUTER_ENTROPY, static_cast<int>(layer), &entropy, 1);
    }
  }

  // Query, and the key and value of this position, as integers.
  void Project(uint32_t layer) {
    const FileLayout<Shape> offsets(shape_);
    const uint64_t block = offsets.Block(layer);
    const int shift = ScoreShift(shape_.d_head());
    const int32_t sign = Constants(layer).query_sign;
    int32_t* query = At<int32_t>(Layout().Query());
    int32_t* key = Key(layer, slot_);
    int32_t* value = Value(layer, slot_);
    TritCursor wq = Ternary(block + offsets.Wq()).From(0);
    TritCursor wk = Ternary(block + offsets.Wk()).From(0);
    TritCursor wv = Ternary(block + offsets.Wv()).From(0);
    for (uint32_t r = 0; r < shape_.d_head(); ++r)
      query[r] = sign * RoundShift(wq.Dot(Quantized(), d()), shift);
    for (uint32_t r = 0; r < shape_.d_head(); ++r) key[r] = RoundShift(wk.Dot(Quantized(), d()), shift);
    for (uint32_t r = 0; r < d(); ++r) value[r] = wv.Dot(Quantized(), d());
  }

  // Chooses and weighs the positions of the window; returns how many.
  uint32_t Attend(uint32_t layer) {
    TopK best(At<Candidate>(Layout().Candidates()), shape_.top_k());
    const int32_t* query = At<int32_t>(Layout().Query());
    uint32_t slot =
        filled_ < shape_.max_seq() || slot_ + 1 == shape_.max_seq() ? 0 : slot_ + 1;  // the oldest
    for (uint32_t i = 0; i < filled_; ++i) {
      best.Offer(Score(query, Key(layer, slot), shape_.d_head()), slot);
      slot = slot + 1 < shape_.max_seq() ? slot + 1 : 0;
    }
    return best.Weigh(Constants(layer).score_scale);
  }

  // The convolution of one channel; its current value then enters the history in place of the oldest.
  int32_t Convolve(uint32_t layer, uint32_t channel, TritCursor* taps) {
    const int32_t current = Quantized()[channel];
    int32_t sum = taps->Next() * current;
    for (uint32_t age = 1; age <= HistoryLength(); ++age) sum += taps->Next() * History(layer, age)[channel];
    if (HistoryLength() != 0) History(layer, 0)[channel] = current;
    return sum;
  }

  bool Unembed(float* logits) {
    const FileLayout<Shape> offsets(shape_);
    if (!LayerNorm(Residual(), Floats(offsets.FinalGamma()), Floats(offsets.FinalBeta()), d(), final_shift_,
                   Normalized(), Quantized())) {
      return false;
    }
    Tap(ATOME_OP_FINAL_NORM, -1, Normalized(), d());
    TritCursor rows = Ternary(offsets.Unembed()).From(0);
    bool finite = true;
    for (uint32_t v = 0; v < shape_.vocab_size(); ++v) {
      logits[v] = static_cast<float>(rows.Dot(Quantized(), d())) * unembed_scale_;
      finite = finite && IsFinite(logits[v]);
    }
    Tap(ATOME_OP_LOGITS, -1, logits, shape_.vocab_size());
    return finite;
  }

  void Tap(atome_op op, int layer, const float* values, uint32_t count) {
    if constexpr (kTaps) {
      if (tap_ != nullptr) tap_(tap_context_, op, layer, values, count);
    }
  }

  [[no_unique_address]] Shape shape_;
  const uint8_t* file_;
  atome_tap tap_ = nullptr;
  void* tap_context_ = nullptr;
  uint32_t position_ = 0;
  uint32_t filled_ = 0;        // positions in the key and value rings, the current one included
  uint32_t slot_ = 0;          // of the current position in those rings
  uint32_t history_slot_ = 0;  // of the current position in the convolution's rings
  float unembed_scale_ = 0.0f;
  int32_t final_shift_ = 0;
  bool failed_ = false;
};

}  // namespace atome

#endif  // ATOME_ENGINE_INTERNAL_SESSION_H_
