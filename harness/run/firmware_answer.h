// Parses the firmware's answer (engine/firmware/protocol.md). It is untrusted: firmware can print anything.
#ifndef ATOME_HARNESS_RUN_FIRMWARE_ANSWER_H_
#define ATOME_HARNESS_RUN_FIRMWARE_ANSWER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/run/execution.h"

namespace atome::harness {

struct FirmwareAnswer {
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

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_FIRMWARE_ANSWER_H_
