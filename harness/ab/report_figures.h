// An A/B as cells of a report.
#ifndef ATOME_HARNESS_AB_REPORT_FIGURES_H_
#define ATOME_HARNESS_AB_REPORT_FIGURES_H_

#include <vector>

#include "harness/ab/output.h"
#include "harness/report/report.h"

namespace atome::harness::ab {

// A cell a contender, with the figures of its summary, those of cores as parts "core": medians over seeds,
// with every seed's value as samples. Perplexity and bpb are estimates, and `ratio`, of perplexities, to the
// baseline, which is its part "against"; a single seed's perplexity has an interval. Of each seed part
// "seed": model_sha256. Without `command`.
std::vector<report::ReportCell> ToReport(const Config& config, const TextFacts& text,
                                         const std::vector<Measured>& measured, const Summary& summary);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_REPORT_FIGURES_H_
