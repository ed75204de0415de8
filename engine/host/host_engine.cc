#include "engine/host/host_engine.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/host/internal/host_model.h"
#include "engine/host/internal/kernels.h"
#include "engine/host/internal/pass.h"
#include "engine/host/internal/q15_pass.h"
#include "engine/host/internal/window.h"
#include "engine/host/tensor_reader.h"
#include "engine/maths/float_bits.h"
#include "engine/maths/scaled.h"

namespace atome::host {
namespace {

// The state carried from token to token, and the pass of a chunk of tokens through the model, a layer at a
// time.
class F32Pass final : public Pass {
 public:
  F32Pass(const atome_config& config, std::span<const uint8_t> file)
      : model_(config, file),
        q_final_(HostEngine::kChunk * model_.stride),
        x_(HostEngine::kChunk * model_.stride),
        local_(model_.stride),
        sparse_(model_.stride),
        sums_(HostEngine::kChunk * model_.unembed.rows),
        key_columns_stride_(RoundUp(config.max_seq - 1u + HostEngine::kChunk, 4 * kLanes) + 4 * kLanes),
        key_columns_(Aligned<float>::Zeros(Padded(config.d_head) * key_columns_stride_)),
        scores_(key_columns_stride_),
        best_(config.top_k),
        many_(std::max(model_.row.end, model_.unembed.rows), model_.unembed.columns) {
    for (size_t layer = 0; layer < config.n_layers; ++layer) states_.emplace_back(config, model_);
    Reset();
  }

  void Reset() override {
    position_ = 0;
    failed_ = false;
    for (LayerState& state : states_) {
      state.q.Reset(model_.config.kernel_size - 1u);
      state.rows.Reset(0);
      std::fill_n(state.s.get(), model_.stride, 0);
      state.carried = {state.s.get(), kNever, 0};
    }
  }

  atome_status Evaluate(std::span<const uint32_t> tokens, float* logits) override {
    const uint32_t vocab = model_.config.vocab_size;
    if (std::any_of(tokens.begin(), tokens.end(), [vocab](uint32_t token) { return token >= vocab; })) {
      return ATOME_ERROR_TOKEN;
    }
    if (failed_) return ATOME_ERROR_NON_FINITE;
    while (!tokens.empty()) {
      const size_t count = std::min<size_t>(tokens.size(), HostEngine::kChunk);
      const size_t finite = Chunk(tokens.first(count), logits);
      position_ += finite;
      failed_ = finite < count;
      if (failed_) return ATOME_ERROR_NON_FINITE;
      tokens = tokens.subspan(count);
      if (logits != nullptr) logits += count * vocab;
    }
    return ATOME_OK;
  }

  uint64_t position() const override { return position_; }

  size_t bytes() const override {
    size_t sum = model_.bytes() + many_.bytes() + best_.size() * sizeof(Candidate) + key_columns_.bytes() +
                 scores_.bytes();
    for (const auto* array : {&q_final_, &x_, &local_, &sparse_, &sums_}) sum += array->bytes();
    for (const LayerState& state : states_) sum += state.q.bytes() + state.rows.bytes() + state.s.bytes();
    return sum;
  }

 private:
  struct LayerState {
    LayerState(const atome_config& config, const HostModel& model)
        : q(config.kernel_size - 1u, HostEngine::kChunk, model.stride),
          rows(config.max_seq - 1u, HostEngine::kChunk, model.row.end),
          s(model.stride) {}

    Window q;     // of the convolution
    Window rows;  // of projections: keys and values
    Aligned<int32_t> s;
    Carried carried{};
  };

  // Returns how many positions, from the first, stay finite. What comes after a position that does not cannot
  // reach those before it, so they go on alone.
  size_t Chunk(std::span<const uint32_t> tokens, float* logits) {
    size_t count = tokens.size();
    Embed(tokens);
    for (size_t layer = 0; layer < states_.size(); ++layer) count = Block(layer, count);
    return logits == nullptr ? count : Predict(count, logits);
  }

  void Embed(std::span<const uint32_t> tokens) {
    for (size_t t = 0; t < tokens.size(); ++t) {
      const int8_t* trits = model_.embed.get() + tokens[t] * model_.stride;
      int32_t* x = x_.get() + t * model_.stride;
      for (size_t i = 0; i < model_.stride; ++i) x[i] = trits[i] * model_.embed_element;
      exponents_[t] = model_.embed_exponent;
    }
  }

  size_t Block(size_t index, size_t count) {
    const HostLayer& layer = model_.layers[index];
    const atome_config& config = model_.config;
    LayerState& state = states_[index];
    int32_t* q = state.q.Append(count);
    Norm(Layer(layer.norm), count, x_.get(), exponents_, q, q_lengths_);
    int32_t* rows = state.rows.Append(count);
    Multiply(layer.projections, Elements::kAny, count, q, model_.stride, rows, model_.row.end, &many_);
    const BlockLayer block{layer.conv.get(), layer.decay.get(),  layer.gain.get(), config.d_model,
                           config.d_head,    config.kernel_size, config.top_k,     config.max_seq,
                           model_.stride,    layer.constants};
    const Projections projections{rows,           state.rows.before(), model_.row.end,
                                  model_.row.key, model_.row.query,    model_.row.router};
    const BlockScratch scratch{local_.get(),        sparse_.get(), key_columns_.get(),
                               key_columns_stride_, scores_.get(), best_.data()};
    return MixPathways(block, count, q, q_lengths_, projections, &state.carried, scratch, x_.get(),
                       exponents_);
  }

  size_t Predict(size_t count, float* logits) {
    const size_t vocab = model_.config.vocab_size, stride = model_.unembed.rows;
    const float scale = model_.unembed_scale;
    Norm(Layer(model_.final_norm), count, x_.get(), exponents_, q_final_.get(), q_lengths_);
    Multiply(model_.unembed, Elements::kAny, count, q_final_.get(), model_.stride, sums_.get(), stride,
             &many_);
    for (size_t t = 0; t < count; ++t, logits += vocab) {
      ScaleSums(sums_.get() + t * stride, vocab, scale, logits);
      if (!Bounded(scale) && !std::all_of(logits, logits + vocab, IsFinite)) return t;
    }
    return count;
  }

  NormLayer Layer(const NormVectors& norm) const {
    return {norm.gamma.get(), norm.beta.get(), model_.config.d_model, model_.stride, norm.constants};
  }

  HostModel model_;
  std::vector<LayerState> states_;
  uint64_t position_ = 0;
  bool failed_ = false;

  // Within a chunk, a row a position.
  int32_t exponents_[HostEngine::kChunk];  // of x
  int32_t q_lengths_[HostEngine::kChunk];
  Aligned<int32_t> q_final_, x_;
  Aligned<int32_t> local_, sparse_;  // of one position
  Aligned<int32_t> sums_;            // of the unembedding
  size_t key_columns_stride_;
  Aligned<float> key_columns_, scores_;
  std::vector<Candidate> best_;
  ManyScratch many_;
};

}  // namespace

HostEngine::HostEngine(std::unique_ptr<Pass> pass) : pass_(std::move(pass)) {}
HostEngine::~HostEngine() = default;

atome_status HostEngine::Open(const atome_config& config, std::span<const uint8_t> file,
                              std::unique_ptr<HostEngine>* engine, atome_location* where) {
  engine->reset();
  const atome_status checked = CheckFile(config, file, where);
  if (checked == ATOME_OK) engine->reset(new HostEngine(std::make_unique<F32Pass>(config, file)));
  return checked;
}

atome_status HostEngine::OpenQ15(const atome_config& config, int cache_bits, std::span<const uint8_t> file,
                                 std::unique_ptr<HostEngine>* engine, atome_location* where) {
  engine->reset();
  const atome_status checked = CheckQ15File(config, cache_bits, file, where);
  if (checked == ATOME_OK) engine->reset(new HostEngine(MakeQ15Pass(config, cache_bits, file)));
  return checked;
}

void HostEngine::Reset() { pass_->Reset(); }
atome_status HostEngine::Step(uint32_t token, float* logits) { return pass_->Evaluate({&token, 1}, logits); }
atome_status HostEngine::Evaluate(std::span<const uint32_t> tokens, float* logits) {
  return pass_->Evaluate(tokens, logits);
}
uint64_t HostEngine::position() const { return pass_->position(); }
uint64_t HostEngine::memory_bytes() const { return pass_->bytes(); }
const char* HostEngine::Target() { return TargetInUse(); }

}  // namespace atome::host
