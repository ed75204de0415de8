// An engine with the memory it needs and not a byte more, and its answers as bit patterns: a test that
// compares floats would take -0 for +0 and refuse NaN for NaN.
#ifndef ATOME_ENGINE_TESTING_ENGINE_OWNER_H_
#define ATOME_ENGINE_TESTING_ENGINE_OWNER_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/atome.h"
#include "engine/testing/model_builder.h"

namespace atome::testing {

using Bits = std::vector<uint32_t>;

inline Bits ToBitVector(const float* values, size_t count) {
  Bits bits(count);
  for (size_t i = 0; i < count; ++i) bits[i] = std::bit_cast<uint32_t>(values[i]);
  return bits;
}

// Keeps its own copy of the file, in a block of exactly its size.
class EngineOwner {
 public:
  explicit EngineOwner(const PackedModel& model, int cache_bits = 32)
      : EngineOwner(model.config, model.file, cache_bits) {}
  EngineOwner(const atome_config& config, const std::vector<uint8_t>& file, int cache_bits = 32)
      : file_(new uint8_t[file.size()]), logits_(config.vocab_size) {
    std::copy(file.begin(), file.end(), file_.get());
    size_t bytes = 0;
    status_ = atome_cached_state_bytes(&config, cache_bits, &bytes);
    if (status_ != ATOME_OK) return;
    memory_.reset(new uint64_t[(bytes + 7) / 8]);
    // What a reset leaves alone must not matter.
    std::fill_n(memory_.get(), (bytes + 7) / 8, 0xA5A5A5A5A5A5A5A5u);
    status_ = atome_cached_open(&config, cache_bits, file_.get(), file.size(), memory_.get(), bytes, &engine_,
                                &where_);
  }

  atome_status status() const { return status_; }  // of the opening
  const atome_location& where() const { return where_; }
  atome_engine* get() { return engine_; }
  const std::vector<float>& logits() const { return logits_; }

  atome_status Step(uint32_t token) { return atome_step(engine_, token, logits_.data()); }

  // Logits of every token's step; a step that fails ends the answer.
  std::vector<Bits> Run(const std::vector<uint32_t>& tokens) {
    std::vector<Bits> answer;
    for (uint32_t token : tokens) {
      if (Step(token) != ATOME_OK) break;
      answer.push_back(ToBitVector(logits_.data(), logits_.size()));
    }
    return answer;
  }

 private:
  std::unique_ptr<uint8_t[]> file_;
  std::unique_ptr<uint64_t[]> memory_;
  std::vector<float> logits_;
  atome_engine* engine_ = nullptr;
  atome_status status_ = ATOME_OK;
  atome_location where_ = {0, 0, 0};
};

inline std::vector<uint32_t> RandomTokens(const atome_config& config, uint32_t count, uint64_t seed) {
  Source source(seed);
  std::vector<uint32_t> tokens(count);
  for (uint32_t& token : tokens) token = source.Below(config.vocab_size);
  return tokens;
}

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_ENGINE_OWNER_H_
