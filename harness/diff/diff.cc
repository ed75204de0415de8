#include "harness/diff/diff.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "harness/diff/cell_diff.h"
#include "harness/report/walk.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

std::vector<const ReportCell*> CellsByKey(const Report& report) {
  std::vector<const ReportCell*> cells;
  cells.reserve(report.cells.size());
  for (const ReportCell& cell : report.cells) cells.push_back(&cell);
  std::ranges::sort(cells, [](const ReportCell* a, const ReportCell* b) { return a->key < b->key; });
  return cells;
}

void AddVanished(const ReportCell& cell, bool partial, Diff* diff) {
  ++diff->totals.cells_only_before;
  diff->totals.figures_only_before += cell.figures.size();
  if (partial) return;
  Change change = ChangeOf(Severity::kRegression, What::kCellVanished, cell.key);
  change.before = StatusName(cell.status);
  change.why = "the new report does not have it; --partial if that is of some cells only";
  diff->changes.push_back(std::move(change));
}

void AddNew(const ReportCell& cell, Diff* diff) {
  ++diff->totals.cells_only_after;
  diff->totals.figures_only_after += cell.figures.size();
  Change change = ChangeOf(Severity::kNote, What::kCellNew, cell.key);
  if (cell.status != CellStatus::kPass) {
    change.severity = Severity::kRegression;
    change.what = What::kFails;
  }
  change.after = StatusName(cell.status);
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
      CellsByKey(before), CellsByKey(after),
      [](const ReportCell& a, const ReportCell& b) { return a.key <=> b.key; },
      [&](const ReportCell& a, const ReportCell& b) {
        pairs.push_back({&a, &b});
        if (b.key.kind == Kind::kCycles && b.key.board.empty())
          by_op.emplace(FirmwareOf(b.key), pairs.back());
      },
      [&](const ReportCell& a) {
        pairs.push_back({&a, nullptr});
      },
      [&](const ReportCell& b) {
        pairs.push_back({nullptr, &b});
      });
  Diff diff;
  CompareEnvironments(before.environment, after.environment, &diff);
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
