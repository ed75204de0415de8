// What a comparison of two perplexities says, for people.
#ifndef ATOME_HARNESS_PERPLEXITY_SENTENCE_H_
#define ATOME_HARNESS_PERPLEXITY_SENTENCE_H_

#include <string>

#include "harness/report/report.h"

namespace atome::harness {

// "The perplexity of m.atome03 q15 is 2 % higher than that of ...", and whether that is significant: whether
// the interval of the ratio leaves 1 out. Why not, when it could not be compared; empty when the cell is not
// compared with any other.
std::string Sentence(const report::Cell& cell);

// Whether the cell has a comparison that could go either way: one with an interval, and not of equal losses.
bool IsJudged(const report::Cell& cell);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PERPLEXITY_SENTENCE_H_
