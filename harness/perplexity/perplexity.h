// Figures from a pass: perplexity with its interval, and what differs between two models.
#ifndef ATOME_HARNESS_PERPLEXITY_PERPLEXITY_H_
#define ATOME_HARNESS_PERPLEXITY_PERPLEXITY_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/statistics/bootstrap.h"
#include "harness/perplexity/measure.h"

namespace atome::harness {

struct Perplexity {
  Subject subject;
  std::string failure;  // when not empty, no figure is there
  double perplexity = 0;
  double bits_per_byte = 0;
  std::optional<Interval> interval;  // of the perplexity, 95 %; absent for a single unit
  double tokens_per_second = 0;      // wall time, on the threads there were
  std::vector<double> unit_nats;     // what the rest is computed from: losses by unit of the plan
};

struct PairedComparison {
  Subject subject;
  Subject against;
  std::string failure;
  double ratio = 0;                  // of perplexities, the subject's over the other's
  std::optional<Interval> interval;  // of the ratio, resampled by pairs
  double kl_mean = 0;                // nats: how far the subject's distributions are from the other's
  double kl_median = 0, kl_90 = 0, kl_99 = 0, kl_most = 0;
  double same_top = 0;  // share of positions with the same likeliest byte

  // The interval leaves 1 out.
  bool Significant() const { return interval && (interval->low > 1 || interval->high < 1); }
  // The verdict for people, one sentence.
  std::string Sentence() const;
};

struct PerplexityReport {
  EvaluationText text;
  TextPlan plan;
  BootstrapOptions bootstrap;
  unsigned threads = 1;  // that the pass ran on
  std::vector<Perplexity> rows;
  std::vector<PairedComparison> comparisons;

  bool Failed() const;  // any of the rows
};

// Measures the subjects on the text. With `options.compare` also each but the last against the last. Errors:
// those of Measure.
Result<PerplexityReport> MeasurePerplexity(const std::vector<Subject>& subjects, EvaluationText text,
                                           const TextPlan& plan, const BootstrapOptions& bootstrap,
                                           const MeasureOptions& options);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_PERPLEXITY_H_
