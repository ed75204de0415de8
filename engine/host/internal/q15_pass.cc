#include "engine/host/internal/q15_pass.h"

#include <algorithm>
#include <vector>

#include "engine/atome_q15.h"
#include "engine/host/host_engine.h"
#include "engine/host/internal/aligned.h"
#include "engine/host/internal/key_columns.h"
#include "engine/host/internal/q15_kernels.h"
#include "engine/host/internal/q15_model.h"
#include "engine/host/internal/window.h"
#include "engine/maths/scaled.h"

namespace atome::host {
namespace {

constexpr size_t kChunk = HostEngine::kChunk;

// The state carried from token to token, and the pass of a chunk of tokens through the model, a layer at a
// time.
class Q15Pass final : public Pass {
 public:
  Q15Pass(const atome_config& config, int cache_bits, std::span<const uint8_t> file)
      : model_(config, file),
        cache_bits_(cache_bits),
        q_final_(kChunk * model_.stride),
        x_(kChunk * model_.stride),
        local_(model_.stride),
        sparse_(model_.stride),
        sums_(kChunk * model_.unembed.rows),
        scores_(config.max_seq + KeyColumns::kSlack),
        query_(Padded(config.d_head)),
        best_(config.top_k),
        many_(std::max(model_.row.end, model_.unembed.rows), model_.unembed.columns) {
    for (size_t layer = 0; layer < config.n_layers; ++layer) states_.emplace_back(config, model_);
    Reset();
  }

  void Reset() override {
    position_ = 0;
    for (LayerState& state : states_) {
      state.q.Reset(model_.config.kernel_size - 1u);
      state.rows.Reset(0);
      state.keys.Reset();
      std::fill_n(state.s.get(), model_.stride, 0);
    }
  }

  atome_status Evaluate(std::span<const uint32_t> tokens, float* logits) override {
    const uint32_t vocab = model_.config.vocab_size;
    if (std::any_of(tokens.begin(), tokens.end(), [vocab](uint32_t token) { return token >= vocab; })) {
      return ATOME_ERROR_TOKEN;
    }
    while (!tokens.empty()) {
      const size_t count = std::min(tokens.size(), kChunk);
      Embed(tokens.first(count));
      for (size_t layer = 0; layer < states_.size(); ++layer) Block(layer, count);
      position_ += count;
      tokens = tokens.subspan(count);
      if (logits == nullptr) continue;
      Predict(count, logits);
      logits += count * vocab;
    }
    return ATOME_OK;
  }

  uint64_t position() const override { return position_; }

  size_t bytes() const override {
    size_t sum = model_.bytes() + many_.bytes() + best_.size() * sizeof(Q15Candidate) + query_.bytes();
    for (const auto* array : {&q_final_, &x_, &local_, &sparse_, &sums_, &scores_}) sum += array->bytes();
    for (const LayerState& state : states_)
      sum += state.q.bytes() + state.rows.bytes() + state.keys.bytes() + state.s.bytes();
    return sum;
  }

 private:
  struct LayerState {
    LayerState(const atome_config& config, const Q15HostModel& model)
        : q(config.kernel_size - 1u, kChunk, model.stride),
          rows(config.max_seq - 1u, kChunk, model.row.end),
          keys(Padded(config.d_head) / 2, config.max_seq - 1u, kChunk),
          s(model.stride) {}

    Window q;     // of the convolution
    Window rows;  // of projections: values
    KeyColumns keys;
    Aligned<int32_t> s;
  };

  void Embed(std::span<const uint32_t> tokens) {
    for (size_t t = 0; t < tokens.size(); ++t) {
      const int8_t* trits = model_.embed.get() + tokens[t] * model_.stride;
      int32_t* x = x_.get() + t * model_.stride;
      Magnitude magnitude;
      for (size_t i = 0; i < model_.stride; ++i) {
        x[i] = trits[i] * model_.embed_element;
        magnitude.Add(x[i]);
      }
      exponents_[t] = model_.embed_exponent;
      lengths_[t] = magnitude.Length();
    }
  }

  void Block(size_t index, size_t count) {
    const Q15HostLayer& layer = model_.layers[index];
    const atome_config& config = model_.config;
    LayerState& state = states_[index];
    int32_t* q = state.q.Append(count);
    Q15Norm(Layer(layer.norm), count, x_.get(), exponents_, lengths_, q);
    int32_t* rows = state.rows.Append(count);
    Multiply(layer.projections, Elements::kShort, count, q, model_.stride, rows, model_.row.end, &many_);
    const Q15BlockLayer block{layer.conv.get(), layer.decay.get(),  layer.gain.get(), config.d_model,
                              config.d_head,    config.kernel_size, config.top_k,     config.max_seq,
                              cache_bits_,      model_.stride,      layer.constants};
    const Projections projections{rows,           state.rows.before(), model_.row.end,
                                  model_.row.key, model_.row.query,    model_.row.router};
    const size_t first = state.keys.Append(count);
    const Q15Keys keys{state.keys.get(), state.keys.stride(), first};
    const Q15BlockScratch scratch{local_.get(), sparse_.get(), query_.get(), scores_.get(), best_.data()};
    Q15MixPathways(block, count, q, projections, keys, state.s.get(), scratch, x_.get(), exponents_,
                   lengths_);
  }

  void Predict(size_t count, float* logits) {
    const size_t vocab = model_.config.vocab_size, stride = model_.unembed.rows;
    Q15Norm(Layer(model_.final_norm), count, x_.get(), exponents_, lengths_, q_final_.get());
    Multiply(model_.unembed, Elements::kShort, count, q_final_.get(), model_.stride, sums_.get(), stride,
             &many_);
    for (size_t t = 0; t < count; ++t, logits += vocab)
      ScaleSums(sums_.get() + t * stride, vocab, model_.unembed_scale, logits);
  }

  Q15NormLayer Layer(const Q15NormVectors& norm) const {
    return {norm.gamma.get(), norm.beta.get(), model_.config.d_model, model_.stride, norm.constants};
  }

  Q15HostModel model_;
  int cache_bits_;
  std::vector<LayerState> states_;
  uint64_t position_ = 0;

  // Within a chunk, a row a position.
  int32_t exponents_[kChunk];  // of x
  int32_t lengths_[kChunk];    // of x
  Aligned<int32_t> q_final_, x_;
  Aligned<int32_t> local_, sparse_;  // of one position
  Aligned<int32_t> sums_;            // of the unembedding
  Aligned<int32_t> scores_;
  Aligned<int16_t> query_;
  std::vector<Q15Candidate> best_;
  ManyScratch many_;
};

}  // namespace

atome_status CheckQ15File(const atome_config& config, int cache_bits, std::span<const uint8_t> file,
                          atome_location* where) {
  atome_config narrow = config;
  narrow.max_seq = config.max_seq == 0 ? 0 : 1;
  size_t bytes = 0;
  const atome_status sized = atome_q15_state_bytes(&narrow, cache_bits, &bytes);
  if (sized != ATOME_OK) return sized;
  Aligned<uint8_t> memory(bytes);
  atome_q15_engine* engine = nullptr;
  return atome_q15_open(&narrow, cache_bits, file.data(), file.size(), memory.get(), bytes, &engine, where);
}

std::unique_ptr<Pass> MakeQ15Pass(const atome_config& config, int cache_bits, std::span<const uint8_t> file) {
  return std::make_unique<Q15Pass>(config, cache_bits, file);
}

}  // namespace atome::host
