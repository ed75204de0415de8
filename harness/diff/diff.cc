#include "harness/diff/diff.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "harness/base/text.h"
#include "harness/diff/cell_diff.h"
#include "harness/report/walk.h"

namespace atome::harness::report {
namespace {

std::vector<const Cell*> CellsByKey(const Report& report) {
  std::vector<const Cell*> cells;
  cells.reserve(report.cells.size());
  for (const Cell& cell : report.cells) cells.push_back(&cell);
  std::ranges::sort(cells, [](const Cell* a, const Cell* b) { return a->key < b->key; });
  return cells;
}

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

using Firmware = std::tuple<std::string, std::string, std::string, std::string>;
Firmware FirmwareOf(const Key& key) { return {key.core, key.model, key.variant, key.build_kind}; }

}  // namespace

size_t Diff::Count(Severity severity) const {
  return static_cast<size_t>(std::ranges::count(changes, severity, &Change::severity));
}

Diff Compare(const Report& before, const Report& after, const DiffOptions& options) {
  std::vector<CellPair> pairs;
  std::map<Firmware, CellPair> by_op;  // what tokens cost by op, on a core alone
  Walk(
      CellsByKey(before), CellsByKey(after), [](const Cell& a, const Cell& b) { return a.key <=> b.key; },
      [&](const Cell& a, const Cell& b) {
        pairs.push_back({&a, &b});
        if (b.key.kind == Kind::kCycles && b.key.board.empty())
          by_op.emplace(FirmwareOf(b.key), pairs.back());
      },
      [&](const Cell& a) {
        pairs.push_back({&a, nullptr});
      },
      [&](const Cell& b) {
        pairs.push_back({nullptr, &b});
      });
  Diff diff;
  CompareEnvironments(before.environment, after.environment, &diff);
  diff.renamed = before.renamed;
  diff.renamed.insert(after.renamed.begin(), after.renamed.end());
  for (const CellPair& pair : pairs) {
    if (pair.after == nullptr) {
      AddVanished(*pair.before, options.partial, &diff);
    } else if (pair.before == nullptr) {
      AddNew(*pair.after, &diff);
    } else {
      const auto at = by_op.find(FirmwareOf(pair.after->key));
      CompareCells(pair, at == by_op.end() ? nullptr : &at->second, options, &diff);
    }
  }
  return diff;
}

}  // namespace atome::harness::report
