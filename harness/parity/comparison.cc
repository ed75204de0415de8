#include "harness/parity/comparison.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

bool SameBits(float a, float b) { return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b); }

// Fills in the first differing value; false when all bits are equal.
bool FirstDifference(const std::vector<float>& expected, const std::vector<float>& actual, Divergence* out) {
  if (expected.size() != actual.size()) {
    out->note = StrCat(actual.size(), " values where ", expected.size(), " are expected");
    return true;
  }
  for (size_t i = 0; i < expected.size(); ++i) {
    if (!SameBits(expected[i], actual[i])) {
      out->index = i;
      out->expected = expected[i];
      out->actual = actual[i];
      return true;
    }
  }
  return false;
}

// The first tap of a step that differs.
std::optional<Divergence> CompareTaps(const ExpectedStep& expected, const Step& actual) {
  Divergence found;
  for (size_t i = 0; i < std::min(expected.taps.size(), actual.taps.size()); ++i) {
    const ExpectedTap& wanted = expected.taps[i];
    const Tap& got = actual.taps[i];
    found.op = wanted.op;
    found.layer = wanted.layer;
    if (got.op != wanted.op || got.layer != wanted.layer) {
      found.note = StrCat("the runner reports ", OpName(got.op), " of layer ", got.layer, " here");
      return found;
    }
    if (!wanted.values.empty()) {
      if (FirstDifference(wanted.values, got.values, &found)) return found;
    } else if (BitHash(got.values) != wanted.bit_hash) {
      found.note =
          "the trace keeps only this tap's hash; write it with --full-taps-at this step to see the index";
      return found;
    }
  }
  if (actual.taps.size() != expected.taps.size()) {
    found.note = StrCat("the runner reports ", actual.taps.size(), " taps where ", expected.taps.size(),
                        " are expected");
    return found;
  }
  return std::nullopt;
}

// NaN, once met, stays.
void Raise(double* most, double value) {
  if (value > *most || std::isnan(value)) *most = value;
}

void CompareLogits(const ExpectedStep& expected, const Step& actual, Parity* parity) {
  if (actual.logits.size() != expected.logits.size()) return;
  const double largest = LargestLogit(expected.oracle_logits);
  for (size_t i = 0; i < expected.logits.size(); ++i) {
    const float logit = actual.logits[i], oracle = expected.oracle_logits[i];
    parity->max_ulp = std::max(parity->max_ulp, UlpDistance(expected.logits[i], logit));
    parity->finite = parity->finite && std::isfinite(logit);
    Raise(&parity->max_abs_error, std::fabs(double{logit} - double{oracle}));
    Raise(&parity->max_relative_error, RelativeError(oracle, logit, largest));
  }
  ++parity->steps_compared;
}

// The first divergence of a step; taps come before logits.
std::optional<Divergence> CompareStep(const ExpectedStep& expected, const Step& actual) {
  if (!actual.taps.empty()) {
    if (std::optional<Divergence> found = CompareTaps(expected, actual)) return found;
  }
  Divergence found;
  if (FirstDifference(expected.logits, actual.logits, &found)) return found;
  return std::nullopt;
}

}  // namespace

double LargestLogit(const std::vector<float>& oracle_logits) {
  double largest = 0;
  for (const float logit : oracle_logits) largest = std::max(largest, std::fabs(double{logit}));
  return largest;
}

double RelativeError(float oracle, float actual, double largest) {
  return actual == oracle ? 0 : std::fabs(double{actual} - double{oracle}) / largest;
}

Parity Compare(const GoldenTrace& trace, const Execution& execution) {
  Parity parity;
  for (size_t c = 0; c < trace.cases.size(); ++c) {
    const ExpectedCase& expected = trace.cases[c];
    parity.tokens_total += expected.generated.size();
    parity.steps_total += expected.steps.size();
    if (c >= execution.cases.size()) continue;
    const CaseExecution& actual = execution.cases[c];

    for (size_t i = 0; i < std::min(expected.steps.size(), actual.steps.size()); ++i) {
      if (actual.steps[i].token != expected.steps[i].token) break;
      CompareLogits(expected.steps[i], actual.steps[i], &parity);
      if (parity.divergence.has_value()) continue;
      parity.divergence = CompareStep(expected.steps[i], actual.steps[i]);
      if (parity.divergence.has_value()) {
        parity.divergence->case_index = c;
        parity.divergence->step = i;
      }
    }
    for (size_t i = 0; i < std::min(expected.generated.size(), actual.generated.size()); ++i) {
      if (actual.generated[i] != expected.generated[i]) break;
      ++parity.tokens_matched;
    }
  }
  return parity;
}

}  // namespace atome::harness
