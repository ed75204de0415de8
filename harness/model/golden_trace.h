// Reads a golden trace file into structs; the adapter for proto/trace.proto.
#ifndef ATOME_HARNESS_MODEL_GOLDEN_TRACE_H_
#define ATOME_HARNESS_MODEL_GOLDEN_TRACE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/atome.h"
#include "harness/base/op.h"
#include "harness/base/result.h"
#include "harness/base/variant.h"
#include "harness/model/architecture.h"

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
  std::vector<ExpectedTap> taps;     // in order of computation, without the logits
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
  std::string accept;                     // as --accept says it, not yet parsed; empty: nothing is said
  std::vector<ExpectedCase> cases;
};

// Reads a trace and checks that every size, count and token fits the configuration. The error gives the path,
// the place and what is wrong.
Result<GoldenTrace> ReadTrace(const std::string& path);

// The golden traces of a folder, each file read once whatever is asked for.
class TraceFolder {
 public:
  explicit TraceFolder(std::string folder) : folder_(std::move(folder)) {}

  // The first by file name that is of this variant and for a model file of this SHA-256. Missing when there
  // is none; when a file that cannot be read may be it, that file's error.
  Result<GoldenTrace> Find(std::string_view model_sha256, Variant variant = Variant::kF32);

 private:
  // Empty, or why the folder cannot be read.
  std::string Read();

  std::string folder_;
  std::optional<std::vector<Result<GoldenTrace>>> traces_;  // by file name, once read
};

// FNV-1a, 64 bits, over the little-endian FP32 bytes: the bit hash of golden traces.
uint64_t BitHash(const std::vector<float>& values);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_GOLDEN_TRACE_H_
