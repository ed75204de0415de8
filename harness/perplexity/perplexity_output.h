// A perplexity report as text.
#ifndef ATOME_HARNESS_PERPLEXITY_PERPLEXITY_OUTPUT_H_
#define ATOME_HARNESS_PERPLEXITY_PERPLEXITY_OUTPUT_H_

#include <string>

#include "harness/perplexity/perplexity.h"
#include "harness/base/table.h"

namespace atome::harness {

// JSON has every digit: "results", a flat object a model and variant, and "comparisons". CSV has the same, a
// row a result.
std::string FormatPerplexity(const PerplexityReport& report, OutputFormat format);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_PERPLEXITY_OUTPUT_H_
