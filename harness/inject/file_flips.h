// Bits of model files, of which a reader on a host sees some and a golden trace others.
#ifndef ATOME_HARNESS_INJECT_FILE_FLIPS_H_
#define ATOME_HARNESS_INJECT_FILE_FLIPS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/variant.h"
#include "harness/inject/verdict.h"
#include "harness/model/golden_trace.h"
#include "harness/model/model.h"

namespace atome::harness {

struct FileFlip {
  uint64_t offset = 0;  // of the byte
  uint8_t bit = 0;
  Judgement judgement;
};

struct FilePlan {
  Variant variant = Variant::kF32;
  const GoldenTrace* trace = nullptr;
  uint32_t tokens = 8;
  std::optional<uint32_t> flips{};  // drawn; nothing: every bit once
  uint64_t seed = 1;
  unsigned jobs = 1;
  std::function<void(size_t done, size_t total)> progress;
};

// What the engine, as a library on the host, makes of the model with a bit flipped: kCheck when it refuses
// the file or a step, else masked, parity or silent. `model.bytes` may be a prepared image, which the engine
// takes too. By offset and bit, or as drawn; the same for any number of jobs. An error when the model without
// a flip does not run, or not as the trace says.
Result<std::vector<FileFlip>> FlipFile(const Model& model, const FilePlan& plan);

// One bit of it.
Judgement FlipOne(const Model& model, const FilePlan& plan, uint64_t offset, uint8_t bit);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_INJECT_FILE_FLIPS_H_
