// One cell of two reports.
#ifndef ATOME_HARNESS_DIFF_CELL_DIFF_H_
#define ATOME_HARNESS_DIFF_CELL_DIFF_H_

#include "harness/diff/diff.h"
#include "harness/diff/explain.h"

namespace atome::harness::report {

// Adds what differs, and to the totals. Figures of a cell that fails are compared where they are there;
// that others are not follows from its failing. `by_op` as in Explainer.
void CompareCells(const CellPair& pair, const CellPair* by_op, const DiffOptions& options, Diff* diff);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_CELL_DIFF_H_
