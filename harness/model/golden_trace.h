// A golden trace file as plain data: the adapter for proto/trace.proto.
#ifndef ATOME_HARNESS_MODEL_GOLDEN_TRACE_H_
#define ATOME_HARNESS_MODEL_GOLDEN_TRACE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/atome.h"
#include "harness/model/architecture.h"
#include "harness/run/execution.h"
#include "harness/base/result.h"

namespace atome::harness {

struct ExpectedTap {
  atome_op op;
  int layer = kNoLayer;
  uint64_t bit_hash = 0;
  std::vector<float> values;  // empty on steps where only the hash is kept
};

struct ExpectedStep {
  uint32_t token = 0;
  std::vector<float> logits;         // V, the bit model's
  std::vector<float> oracle_logits;  // V, the float64 oracle's rounded to FP32
  std::vector<ExpectedTap> taps;     // in order of computation, logits not among them
};

struct ExpectedCase {
  std::vector<uint32_t> prompt;
  std::vector<uint32_t> generated;
  std::vector<ExpectedStep> steps;  // prompt + generated - 1
};

struct GoldenTrace {
  std::string path;
  std::string model_name;
  std::string generator;
  Variant variant = Variant::kF32;
  ModelConfig config;
  std::vector<std::string> model_sha256;  // of every file that holds this model
  double oracle_tolerance = 0;            // |delta| <= this * largest |logit| of the step
  std::vector<ExpectedCase> cases;
};

// Reads and checks a trace: every size, count and token fits the configuration. The error gives path, place
// and what is wrong.
Result<GoldenTrace> ReadTrace(const std::string& path);

// The trace in `folder` (all files that end in .trace) for a model of that hash and the variant; missing when
// there is none.
Result<GoldenTrace> FindTrace(const std::string& folder, std::string_view model_sha256,
                              Variant variant = Variant::kF32);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_GOLDEN_TRACE_H_
