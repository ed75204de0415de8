// What is behind a figure that got worse: symbols that grew, ops that slowed, steps that diverged.
#ifndef ATOME_HARNESS_DIFF_EXPLAIN_H_
#define ATOME_HARNESS_DIFF_EXPLAIN_H_

#include <map>
#include <optional>
#include <string>

#include "harness/diff/growth.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// Of one cell. Of figures with the same behind them it is found once.
class Explainer {
 public:
  // `by_op`: the cell with ops of the same firmware; nullptr: there is none. Both must outlive it.
  Explainer(const CellPair& cell, const CellPair* by_op) : cell_(cell), by_op_(by_op) {}

  // The three that grew most of: symbols by their short names, or sections where no symbol did, for bytes of
  // flash; the summands, for RAM and boards; ops, for cycles and instructions, of `by_op` where the cell
  // itself has none. For hashes of logits the first step of each case whose digest is another. Empty when the
  // cells do not say.
  std::string Of(const FigureId& figure);

 private:
  enum class Behind { kNothing, kSteps, kCycles, kInstructions, kRam, kRamNeeded, kFits, kFlash };
  static Behind BehindOf(const FigureId& figure);
  std::string Say(Behind behind) const;

  CellPair cell_;
  const CellPair* by_op_;
  std::map<Behind, std::string> known_;
};

struct CaseStep {
  std::string name;  // of the case
  size_t step = 0;
};
// The first step of the first case of which the digests differ; nothing when none does.
std::optional<CaseStep> FirstDifferentStep(const CellPair& cell);

// "case 0 from step 3", joined, with the divergence of the new cell from its golden trace. The old cell may
// be absent.
std::string DivergedSteps(const CellPair& cell);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_EXPLAIN_H_
