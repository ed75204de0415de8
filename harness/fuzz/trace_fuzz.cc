// A golden trace.
#include "harness/fuzz/scratch_file.h"
#include "harness/model/golden_trace.h"

using namespace atome::harness;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 8192) return 0;
  static atome::fuzz::ScratchFile file("f.trace");
  const std::string& path = file.With({reinterpret_cast<const char*>(data), size});
  const Result<GoldenTrace> trace = ReadTrace(path);
  if (!trace.ok()) {
    atome::fuzz::RequireRefusal(trace.error().message, path);
    return 0;
  }
  for (const ExpectedCase& each : trace->cases) {
    atome::fuzz::Require(
        !each.prompt.empty() && each.steps.size() + 1 == each.prompt.size() + each.generated.size(),
        "as many steps as tokens but one");
    for (const ExpectedStep& step : each.steps) {
      atome::fuzz::Require(step.token < trace->config.vocab_size &&
                               step.logits.size() == trace->config.vocab_size &&
                               step.oracle_logits.size() == step.logits.size(),
                           "tokens and logits of the vocabulary");
    }
  }
  return 0;
}
