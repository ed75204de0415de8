// Compares an execution with its golden trace to the bit, and finds the first difference.
#ifndef ATOME_HARNESS_PARITY_COMPARISON_H_
#define ATOME_HARNESS_PARITY_COMPARISON_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/golden_trace.h"
#include "harness/report/divergence.h"
#include "harness/run/execution.h"

namespace atome::harness {

struct Parity {
  size_t tokens_matched = 0;  // of all cases; a case counts up to its first wrong token
  size_t tokens_total = 0;
  size_t steps_compared = 0;             // of each case, up to the first step that consumes a different token
  size_t steps_total = 0;                // of all cases
  uint32_t max_ulp = 0;                  // over the logits of the compared steps, to the trace
  bool finite = true;                    // whether all these logits are
  double max_abs_error = 0;              // over the same logits, to the oracle; NaN where one is
  double max_relative_error = 0;         // as above, divided by the step's largest |oracle logit|
  std::optional<Divergence> divergence;  // the first, in order of case, step and computation

  // Whether every token and step of the trace is there.
  bool Complete() const { return tokens_matched == tokens_total && steps_compared == steps_total; }
  bool Matches(double oracle_tolerance) const {
    return !divergence.has_value() && max_ulp == 0 && Complete() && max_relative_error <= oracle_tolerance;
  }
};

// |actual - oracle| as a share of the step's largest |oracle logit|; 0 where both are equal, whatever that
// is.
double RelativeError(float oracle, float actual, double largest);
// The largest |oracle logit| of a step.
double LargestLogit(const std::vector<float>& oracle_logits);

// Compares the steps that `execution` has. Taps are compared where it has them, logits always.
Parity Compare(const GoldenTrace& trace, const Execution& execution);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARITY_COMPARISON_H_
