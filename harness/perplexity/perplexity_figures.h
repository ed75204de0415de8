// Perplexities as cells of a report.
#ifndef ATOME_HARNESS_PERPLEXITY_PERPLEXITY_FIGURES_H_
#define ATOME_HARNESS_PERPLEXITY_PERPLEXITY_FIGURES_H_

#include <vector>

#include "harness/perplexity/perplexity.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// A cell a row, but one a subject: what the others are compared with may be one of them. Figures: perplexity
// and bits_per_byte with their intervals, the first with the nats and bytes of each unit; tokens and
// text_sha256, exact; tokens_per_second, of this host; of what it is compared with, as "model variant",
// ratio, kl_mean and same_top. `detail` is "chunks of 64, last-tenth". Without `command`.
std::vector<ReportCell> ToReport(const PerplexityReport& report);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_PERPLEXITY_PERPLEXITY_FIGURES_H_
