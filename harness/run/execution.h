// The task of a runner and its answer, the same for all runners.
#ifndef ATOME_HARNESS_RUN_EXECUTION_H_
#define ATOME_HARNESS_RUN_EXECUTION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/atome.h"
#include "harness/base/op.h"
#include "harness/base/outcome.h"
#include "harness/base/variant.h"

namespace atome::harness {

struct Tap {
  atome_op op;
  int layer = kNoLayer;
  std::vector<float> values;
};

struct Step {
  uint32_t token = 0;         // consumed
  std::vector<float> logits;  // V
  std::vector<Tap> taps;      // in order of computation, without the logits; empty unless asked for
  std::optional<uint64_t> instructions;
  std::optional<uint64_t> cycles;           // modelled
  std::optional<uint64_t> measured_cycles;  // what the core's own counter said, where the firmware was asked
};

// One prompt and its greedy continuation; the last generated token is not consumed.
struct CaseExecution {
  std::vector<Step> steps;
  std::vector<uint32_t> generated;
};

struct Task {
  std::vector<std::vector<uint32_t>> prompts;  // none empty
  uint32_t generate = 0;                       // tokens after each prompt, at least 1
  bool taps = false;
  Variant variant = Variant::kF32;
  bool measure_cycles = false;  // by the core's own counter; of firmware
};

struct Execution {
  // kPass: complete. kError: the model or task is bad. kMismatch: the engine opened the model, then refused a
  // step. kCrashed: fault, limit or a malformed answer. kMissing: a tool or firmware is not there.
  Outcome outcome = Outcome::kCrashed;
  std::string message;               // one line; empty when complete
  std::string build;                 // what ran: "library", or the firmware's name
  std::string build_sha256;          // of the firmware; empty for the library
  std::string build_note;            // "generic firmware", perhaps with the reason; empty for other builds
  std::vector<CaseExecution> cases;  // up to where it ended
  std::optional<uint64_t> state_bytes;
  std::string_view no_taps;         // why a run that asks for taps tells no more than this one; empty: it may
  std::string_view no_step_counts;  // why steps have no counts; empty: they have, or the run did not end
  std::string measured_through;     // the debug server that was between us and the core; else empty
  std::optional<uint64_t> instructions_total;  // from reset to exit
  std::optional<uint64_t> cycles_total;        // from reset to exit
  std::string_view no_cycles;                  // why this core's cycles are not modelled; empty: they are
  bool cycles_by_operands = false;     // the model knew executed conditional instructions and divisors
  bool cycles_depend_on_data = false;  // so a runner without them gives other cycles

  // ", case 0, step 3": where it ended; empty when it did not begin.
  std::string Place() const;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_EXECUTION_H_
