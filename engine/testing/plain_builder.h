// PLAIN01 files of random weights made in a test, written from engine/plain/plain01.md, not from the engine's
// reader; and an engine with the memory it needs and not a byte more.
#ifndef ATOME_ENGINE_TESTING_PLAIN_BUILDER_H_
#define ATOME_ENGINE_TESTING_PLAIN_BUILDER_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/atome_plain.h"
#include "engine/testing/engine_owner.h"
#include "engine/testing/section_builder.h"

namespace atome::testing {

class PlainBuilder {
 public:
  PlainBuilder(const atome_plain_config& config, uint64_t seed) : config_(config), source_(seed) {
    const uint32_t d = config.d_model;
    Add(1, 0).bytes = Matrix(config.vocab_size, d);
    Add(2, 0).bytes = Matrix(config.max_seq, d);
    for (uint16_t layer = 0; layer < config.n_layers; ++layer) {
      Add(3, layer).bytes = Floats(4 * d);
      Bytes& weights = Add(4, layer).bytes;
      for (int i = 0; i < 6; ++i)
        Append(Matrix(i == 4 ? config.d_ff : d, i == 5 ? config.d_ff : d), &weights);
    }
    Add(5, 0).bytes = Floats(2 * d);
    Add(6, 0).bytes = Matrix(config.vocab_size, d);
  }

  std::vector<Part>& parts() { return parts_; }

  // With checksums that fit whatever the parts now hold.
  Bytes File() {
    return SectionedFile("PLAIN01",
                         {config_.vocab_size, config_.d_model, config_.n_layers, config_.n_heads,
                          config_.d_ff, config_.max_seq, config_.weights},
                         &parts_);
  }

 private:
  Part& Add(uint8_t kind, uint16_t layer) {
    const bool vectors = kind == 3 || kind == 5;
    parts_.push_back({kind, static_cast<uint8_t>(vectors ? 0 : config_.weights), layer, 0, {}});
    return parts_.back();
  }
  static void Append(const Bytes& from, Bytes* to) { to->insert(to->end(), from.begin(), from.end()); }

  uint32_t Bits(double low, double high) {
    return std::bit_cast<uint32_t>(static_cast<float>(source_.Uniform(low, high)));
  }
  Bytes Floats(uint32_t count) {
    Bytes bytes;
    for (; count != 0; --count) Put(&bytes, Bits(-0.6, 0.6), 4);
    return bytes;
  }
  Bytes Matrix(uint32_t rows, uint32_t columns) {
    if (config_.weights == ATOME_PLAIN_FP32) return Floats(rows * columns);
    Bytes bytes;
    for (uint32_t r = 0; r < rows; ++r) Put(&bytes, Bits(0.002, 0.006), 4);
    for (uint32_t r = 0; r < rows; ++r) {
      for (uint32_t i = 0; i < (columns + 3) / 4 * 4; ++i)
        bytes.push_back(i < columns ? static_cast<uint8_t>(source_.Below(255) - 127) : 0);
    }
    return bytes;
  }

  atome_plain_config config_;
  Source source_;
  std::vector<Part> parts_;
};

class PlainOwner {
 public:
  PlainOwner(const atome_plain_config& config, const std::vector<uint8_t>& file)
      : file_(new uint32_t[file.size() / 4 + 1]), logits_(config.vocab_size) {
    std::copy(file.begin(), file.end(), reinterpret_cast<uint8_t*>(file_.get()));
    status_ = atome_plain_state_bytes(&config, &bytes_);
    if (status_ != ATOME_OK) return;
    memory_.reset(new uint64_t[(bytes_ + 7) / 8]);
    std::fill_n(memory_.get(), (bytes_ + 7) / 8, 0xA5A5A5A5A5A5A5A5u);
    status_ = atome_plain_open(&config, file_.get(), file.size(), memory_.get(), bytes_, &engine_, &where_);
  }

  atome_status status() const { return status_; }  // of the opening
  const atome_location& where() const { return where_; }
  atome_plain_engine* get() { return engine_; }
  size_t bytes() const { return bytes_; }

  atome_status Step(uint32_t token) { return atome_plain_step(engine_, token, logits_.data()); }
  Bits Logits() const { return ToBitVector(logits_.data(), logits_.size()); }

 private:
  std::unique_ptr<uint32_t[]> file_;
  std::unique_ptr<uint64_t[]> memory_;
  std::vector<float> logits_;
  size_t bytes_ = 0;
  atome_plain_engine* engine_ = nullptr;
  atome_status status_ = ATOME_OK;
  atome_location where_ = {0, 0, 0};
};

}  // namespace atome::testing

#endif  // ATOME_ENGINE_TESTING_PLAIN_BUILDER_H_
