// What is behind a figure that got worse: symbols that grew, ops that slowed, steps that diverged.
#ifndef ATOME_HARNESS_DIFF_EXPLAIN_H_
#define ATOME_HARNESS_DIFF_EXPLAIN_H_

#include <string>

#include "harness/report/report.h"

namespace atome::harness::report {

// One cell in both reports.
struct CellPair {
  const Cell* before = nullptr;
  const Cell* after = nullptr;
};

// The three that grew most of: symbols, or sections where no symbol did, for bytes of flash; the summands,
// for RAM and boards; ops, for cycles and instructions, of `by_op` where the cell itself has none (nullptr:
// there is no such cell). For hashes of logits the first step of each case whose digest is another. Empty
// when the cells do not say.
std::string Explain(const CellPair& cell, const CellPair* by_op, const FigureId& figure);

// "case 0 from step 3", joined, with the divergence of the new cell from its golden trace.
std::string DivergedSteps(const CellPair& cell);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_EXPLAIN_H_
