// One execution against its golden trace, to the bit; and where it first leaves it.
#ifndef ATOME_HARNESS_PARITY_COMPARISON_H_
#define ATOME_HARNESS_PARITY_COMPARISON_H_

#include <cstdint>
#include <optional>
#include <string>

#include "harness/run/execution.h"
#include "harness/model/golden_trace.h"

namespace atome::harness {

// Steps in units in the last place from a to b: 0 only for equal bits, so +0 and -0 are 1 apart. Meaningless
// but harmless for NaN.
uint32_t UlpDistance(float a, float b);

struct Divergence {
  size_t case_index = 0;
  size_t step = 0;
  atome_op op = ATOME_OP_LOGITS;
  int layer = kNoLayer;
  // Of the first value that differs; absent when the trace keeps only the hash of this tap, see `note`.
  std::optional<size_t> index;
  float expected = 0;
  float actual = 0;
  std::string note;

  // "case 0, step 3, layer 1, sparse, index 5: expected 1.5 (0x3fc00000), actual 1.25 (0x3fa00000), 2097152
  // ULP"
  std::string Describe() const;
};

struct Parity {
  size_t tokens_matched = 0;  // of all cases; a case counts up to its first wrong token
  size_t tokens_total = 0;
  size_t steps_compared = 0;             // up to the first step of each case that consumes another token
  size_t steps_total = 0;                // of all cases
  uint32_t max_ulp = 0;                  // over the logits of those steps, against the trace
  double max_abs_error = 0;              // the same, against the oracle
  double max_relative_error = 0;         // the same, each over its step's largest |oracle logit|
  std::optional<Divergence> divergence;  // the first, in order of case, step and computation

  bool Matches(double oracle_tolerance) const {
    return !divergence.has_value() && max_ulp == 0 && tokens_matched == tokens_total &&
           steps_compared == steps_total && max_relative_error <= oracle_tolerance;
  }
};

// Compares as far as `execution` went. Taps are looked at where it has them, logits always.
Parity Compare(const GoldenTrace& trace, const Execution& execution);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARITY_COMPARISON_H_
