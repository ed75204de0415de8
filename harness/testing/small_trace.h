// A hand-made golden trace and the execution that agrees with it, for tests that change one of them.
#ifndef ATOME_HARNESS_TESTING_SMALL_TRACE_H_
#define ATOME_HARNESS_TESTING_SMALL_TRACE_H_

#include <cstdint>
#include <vector>

#include "harness/model/golden_trace.h"
#include "harness/run/execution.h"

namespace atome::harness::testing {

// Two cases of 2 + 3 and 1 + 3 tokens; V 4, d 2, one layer; taps embed (no layer) and sparse (layer 0), all
// with their values. The oracle's logits are the logits.
inline GoldenTrace SmallTrace() {
  GoldenTrace trace;
  trace.path = "small.trace";
  trace.model_name = "small";
  trace.config = atome_config{4, 2, 1, 1, 1, 1, 8};
  trace.oracle_tolerance = 1e-6;
  float next = 0.5f;
  const auto values = [&next](size_t count) {
    std::vector<float> out;
    for (size_t i = 0; i < count; ++i) out.push_back(next += 0.25f);
    return out;
  };
  const std::vector<ExpectedCase> cases = {{{0, 1}, {2, 3, 1}, {}}, {{3}, {0, 0, 2}, {}}};
  for (ExpectedCase each : cases) {
    std::vector<uint32_t> tokens = each.prompt;
    tokens.insert(tokens.end(), each.generated.begin(), each.generated.end() - 1);
    for (size_t i = 0; i < tokens.size(); ++i) {
      ExpectedStep step;
      step.token = tokens[i];
      step.logits = step.oracle_logits = values(4);
      for (const auto& [op, layer] : {std::pair{ATOME_OP_EMBED, kNoLayer}, std::pair{ATOME_OP_SPARSE, 0}}) {
        ExpectedTap tap{op, layer, 0, values(2)};
        tap.bit_hash = BitHash(tap.values);
        step.taps.push_back(tap);
      }
      each.steps.push_back(step);
    }
    trace.cases.push_back(each);
  }
  return trace;
}

inline Execution AgreeingExecution(const GoldenTrace& trace, bool taps) {
  Execution execution;
  execution.outcome = Outcome::kPass;
  execution.build = "fake";
  execution.state_bytes = 1000;
  for (const ExpectedCase& expected : trace.cases) {
    CaseExecution& out = execution.cases.emplace_back();
    out.generated = expected.generated;
    for (const ExpectedStep& step : expected.steps) {
      Step& made = out.steps.emplace_back();
      made.token = step.token;
      made.logits = step.logits;
      if (!taps) continue;
      for (const ExpectedTap& tap : step.taps) made.taps.push_back({tap.op, tap.layer, tap.values});
    }
  }
  return execution;
}

// Only even steps keep values.
inline void DropValuesOfOddSteps(GoldenTrace* trace) {
  for (ExpectedCase& each : trace->cases) {
    for (size_t i = 1; i < each.steps.size(); i += 2) {
      for (ExpectedTap& tap : each.steps[i].taps) tap.values.clear();
    }
  }
}

}  // namespace atome::harness::testing

#endif  // ATOME_HARNESS_TESTING_SMALL_TRACE_H_
