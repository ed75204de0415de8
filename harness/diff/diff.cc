#include "harness/diff/diff.h"

#include <algorithm>

#include "harness/base/text.h"
#include "harness/diff/cell_diff.h"
#include "harness/diff/cell_index.h"

namespace atome::harness::report {
namespace {

void AddVanished(const Cell& cell, bool partial, Diff* diff) {
  ++diff->totals.cells_only_before;
  diff->totals.figures_only_before += cell.figures.size();
  if (partial) return;
  Change change = ChangeOf(What::kCellVanished, cell.key);
  change.before = OutcomeName(cell.outcome);
  change.why = "the new report does not have it; --partial if that is of some cells only";
  diff->changes.push_back(std::move(change));
}

void AddNew(const Cell& cell, Diff* diff) {
  ++diff->totals.cells_only_after;
  diff->totals.figures_only_after += cell.figures.size();
  Change change = ChangeOf(cell.passed() ? What::kCellNew : What::kFails, cell.key);
  change.after = OutcomeName(cell.outcome);
  change.why = cell.message;
  if (cell.divergence) {
    const std::string steps = DivergedSteps({nullptr, &cell});
    StrAppend(&change.why, change.why.empty() ? "" : "; ", steps);
  }
  diff->changes.push_back(std::move(change));
}

void CompareEnvironments(const Environment& before, const Environment& after, Diff* diff) {
  const auto compare = [diff](std::string_view what, const std::string& a, const std::string& b) {
    if (a != b && !a.empty() && !b.empty()) diff->environment.push_back(StrCat(what, ": ", a, ", now ", b));
  };
  compare("commit", before.commit, after.commit);
  compare("harness", before.harness_version, after.harness_version);
  for (const auto& [tool, version] : before.tools) {
    if (const auto at = after.tools.find(tool); at != after.tools.end()) compare(tool, version, at->second);
  }
}

}  // namespace

size_t Diff::Count(Severity severity) const {
  return static_cast<size_t>(std::ranges::count(changes, severity, &Change::severity));
}

Diff Compare(const Report& before, const Report& after, const DiffOptions& options) {
  const CellIndex cells(before, after);
  Diff diff;
  CompareEnvironments(before.environment, after.environment, &diff);
  diff.renamed = before.renamed;
  diff.renamed.insert(after.renamed.begin(), after.renamed.end());
  for (const CellPair& pair : cells.pairs()) {
    if (pair.after == nullptr) {
      AddVanished(*pair.before, options.partial, &diff);
    } else if (pair.before == nullptr) {
      AddNew(*pair.after, &diff);
    } else {
      CompareCells(pair, cells.ByOp(pair.after->key), options, &diff);
    }
  }
  if (options.partial && diff.totals.cells_compared == 0 && !before.cells.empty()) {
    Change change = ChangeOf(What::kNothingCompared, Key{});
    change.why =
        "no cell of the new report is in the old one, so nothing was compared; measure what the old one has";
    diff.changes.push_back(std::move(change));
  }
  return diff;
}

Diff Judge(const Report& report) {
  Diff diff;
  diff.alone = true;
  diff.renamed = report.renamed;
  const Report nothing;
  const CellIndex cells(nothing, report);
  for (const CellPair& pair : cells.pairs()) AddNew(*pair.after, &diff);
  std::erase_if(diff.changes, [](const Change& change) { return change.what == What::kCellNew; });
  return diff;
}

}  // namespace atome::harness::report
