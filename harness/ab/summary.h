// What an A/B says: each contender over its seeds, and how it differs from the baseline.
#ifndef ATOME_HARNESS_AB_SUMMARY_H_
#define ATOME_HARNESS_AB_SUMMARY_H_

#include <vector>

#include "harness/ab/experiment.h"
#include "harness/report/report.h"

namespace atome::harness::ab {

// A cell of kind ab a contender, without `command`, from the cells of its models (piece.h), which may be in
// any order. Numbers are medians over seeds, with every seed's value as samples; an even number of seeds has
// the mean of the two in the middle. A figure that is absent of one seed is absent: a median of what happened
// to be there would be of other models. Figures:
// - of models: parameters, bits_per_weight, file_bytes, also of the formats that lie beside them, fp32_bytes
//   (4 bytes a parameter unless another contender stands for it), trit_entropy_bits of ternary ones, what is
//   known of their training, and model_sha256 of each seed;
// - of the text: perplexity, bits_per_byte; a single seed's have the interval over chunks of text;
// - of cores: cycles_per_token, instructions_per_token, flash_bytes_needed, ram_bytes_needed;
// - against the baseline: perplexity_ratio, paired by seed and chunk (statistics/differences.h), with the
//   interval over chunks and seeds, or over chunks when there is one seed; perplexity_verdict. Intervals of
//   several contenders that differ from the baseline hold jointly; where there is none, the note says why.
// Its outcome is the worst of its models' cells, with the first one's message.
std::vector<report::Cell> Summarize(const Experiment& experiment, const std::vector<report::Cell>& cells);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_SUMMARY_H_
