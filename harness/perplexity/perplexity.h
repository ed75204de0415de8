// Figures from a pass: perplexity with its interval, and what differs between two models.
#ifndef ATOME_HARNESS_PERPLEXITY_PERPLEXITY_H_
#define ATOME_HARNESS_PERPLEXITY_PERPLEXITY_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/perplexity/measure.h"
#include "harness/report/report.h"

namespace atome::harness {

// What tells cells of one text apart: "chunks of 64, last-tenth"; of tokens "chunks of 64 tokens,
// last-tenth".
std::string PerplexityDetail(const EvaluationText& text, const TextPlan& plan);

// Bits a byte, or a token where nobody knows how many bytes that is; then bits a byte are absent with
// kNoBytes.
report::Quantity BitsQuantity(const EvaluationText& text);
inline constexpr std::string_view kNoBytes =
    "the text was given as tokens; how many bytes they are is not known";

// Measures the subjects on the text: a cell a subject, in order. With `options.compare` also each but the
// last against the last, which has no cell where it is one of the others. Figures: perplexity and
// bits_per_byte, or bits_per_token, with their intervals of 95 %, the first with the nats and tokens of each
// unit as samples; tokens, text_sha256 and max_seq; host_tokens_per_second, of the threads there were; of
// what the cell is compared with, "model variant", perplexity_ratio with its interval, which is of the paired
// differences, the divergences of its predictions from the other's, and same_top_share. Of several subjects
// that differ from the last the ratios' intervals hold jointly. Too few units of text have no interval
// (statistics/interval.h), and the note says why. `detail` is PerplexityDetail. A subject that fails on the
// way is an error. Without `command`. Errors: those of Measure.
Result<std::vector<report::Cell>> MeasurePerplexity(const std::vector<Subject>& subjects,
                                                    const EvaluationText& text, const TextPlan& plan,
                                                    const MeasureOptions& options);

// The same from a pass that was made.
std::vector<report::Cell> PerplexityCells(const std::vector<Subject>& subjects, const EvaluationText& text,
                                          const TextPlan& plan, Measured measured);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_PERPLEXITY_H_
