#include "harness/parity/result_digest.h"

#include <bit>

#include "harness/base/file.h"
#include "harness/model/model.h"

namespace atome::harness {
namespace {

constexpr size_t kDigitsAStep = 8;

void Append(size_t value, std::string* bytes) {
  for (int shift = 0; shift < 32; shift += 8) bytes->push_back(static_cast<char>(value >> shift & 0xFF));
}

void Append(const Step& step, std::string* bytes) {
  Append(step.token, bytes);
  for (const float logit : step.logits) Append(std::bit_cast<uint32_t>(logit), bytes);
}

}  // namespace

std::string ResultSha256(const Execution& execution) {
  std::string bytes;
  for (const CaseExecution& each : execution.cases) {
    Append(each.steps.size(), &bytes);
    for (const Step& step : each.steps) Append(step, &bytes);
    Append(each.generated.size(), &bytes);
    for (const uint32_t token : each.generated) Append(token, &bytes);
  }
  return Sha256Hex(bytes);
}

std::string StepDigests(const CaseExecution& execution) {
  std::string digests;
  for (const Step& step : execution.steps) {
    std::string bytes;
    Append(step, &bytes);
    digests += Sha256Hex(bytes).substr(0, kDigitsAStep);
  }
  return digests;
}

}  // namespace atome::harness
