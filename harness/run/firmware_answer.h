// Parses the firmware's answer (engine/firmware/protocol.md). It is untrusted: firmware can print anything.
#ifndef ATOME_HARNESS_RUN_FIRMWARE_ANSWER_H_
#define ATOME_HARNESS_RUN_FIRMWARE_ANSWER_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/model.h"
#include "harness/run/execution.h"

namespace atome::harness {

// What the first line says of the firmware.
struct Banner {
  bool taps = false;
  std::array<std::optional<uint32_t>, 7> dimensions;  // of the model; nothing where it does not say
};

struct FirmwareAnswer {
  std::optional<Banner> banner;
  std::optional<uint64_t> state_bytes;
  std::vector<CaseExecution> cases;
  std::optional<uint32_t> status;  // of engine/atome.h, from the "end" line; absent when the answer is cut
  std::string error;               // text of the "error" line
};

// The request's command line.
std::string FirmwareRequest(const Task& task, uint32_t vocab_size);

// The error names the line that makes no sense. An answer that stops early is not an error here.
Result<FirmwareAnswer> ParseAnswer(std::string_view text);

// What is missing in `answer` for `task`; empty when it has every case, step and logit, and all tokens lie in
// the vocabulary.
std::string WhyIncomplete(const FirmwareAnswer& answer, const Task& task, uint32_t vocab_size);

// "; it had answered up to case 0, step 3": how far the text comes, which may be cut anywhere; empty when
// nothing was answered, or nonsense.
std::string HowFar(std::string_view text);

// The dimensions in which the banner contradicts the model's, as "V 256, not 37"; empty when none does.
std::string WhyOtherModel(const Banner& banner, const ModelConfig& config);

// Takes an answer that came with this exit code into `execution`, whose build is set: cases, state and how it
// ended. `core` is where it ran, in words. Returns what else the answer says, without cases; of an answer
// that makes no sense nothing.
FirmwareAnswer TakeAnswer(std::string_view text, int exit_code, const Model& model, const Task& task,
                          std::string_view core, Execution* execution);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_FIRMWARE_ANSWER_H_
