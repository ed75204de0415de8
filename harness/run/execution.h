// What a runner is asked to compute, and what it answers, whoever it is.
#ifndef ATOME_HARNESS_RUN_EXECUTION_H_
#define ATOME_HARNESS_RUN_EXECUTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/atome.h"
#include "harness/base/result.h"

namespace atome::harness {

// Layer of an intermediate that belongs to none.
inline constexpr int kNoLayer = -1;

// "block out" for ATOME_OP_BLOCK_OUT; "op 17" for one unknown.
std::string OpName(atome_op op);

struct Tap {
  atome_op op;
  int layer = kNoLayer;
  std::vector<float> values;
};

struct Step {
  uint32_t token = 0;         // consumed
  std::vector<float> logits;  // V
  std::vector<Tap> taps;      // in order of computation, logits not among them; empty unless asked for
  std::optional<uint64_t> instructions;
  std::optional<uint64_t> cycles;  // modelled
};

// One prompt and its greedy continuation; the last generated token is not consumed.
struct CaseExecution {
  std::vector<Step> steps;
  std::vector<uint32_t> generated;
};

// The numerical contract an engine follows; numbers as in proto/model.proto.
enum class Variant { kF32 = 1, kQ15 = 2, kQ15Kv8 = 3, kPlain = 4 };
inline constexpr Variant kVariants[] = {Variant::kF32, Variant::kQ15, Variant::kQ15Kv8, Variant::kPlain};

// "f32", "q15", "q15kv8", "plain".
std::string_view VariantName(Variant variant);
// The variants of these names, in order; f32 when there are none. The error names an unknown one.
Result<std::vector<Variant>> ParseVariants(const std::vector<std::string>& names);

struct Task {
  std::vector<std::vector<uint32_t>> prompts;  // none empty
  uint32_t generate = 0;                       // after each, at least 1
  bool taps = false;
  Variant variant = Variant::kF32;
};

enum class ExecutionStatus {
  kComplete,
  kRefused,  // the model or task is bad; the message says what
  kFailed,   // the engine opened the model and then refused a step of it
  kCrashed,  // fault, limit or a nonsensical answer
  kMissing,  // a tool or firmware is not there
};

struct Execution {
  ExecutionStatus status = ExecutionStatus::kCrashed;
  std::string message;               // one line, empty when complete
  std::string build;                 // what ran: "library", or the firmware's name
  std::string build_sha256;          // of the firmware; empty for the library
  std::vector<CaseExecution> cases;  // as far as it went
  std::optional<uint64_t> state_bytes;
  std::optional<uint64_t> instructions_total;  // from reset to exit
  std::optional<uint64_t> cycles_total;        // likewise
  bool cycles_by_operands = false;     // known: which conditional instructions executed, what was divided
  bool cycles_depend_on_data = false;  // so that another runner's differ unless it knows the same

  // ", case 0, step 3": how far it went; empty when it did not begin.
  std::string Place() const;
};

// FNV-1a, 64 bits, over the little-endian FP32 bytes: the bit hash of golden traces.
uint64_t BitHash(const std::vector<float>& values);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_EXECUTION_H_
