#include "harness/baseline/baseline.h"

#include <set>

namespace atome::harness::report {

Report BaselineOf(const Report& report) {
  Report baseline;
  baseline.environment = report.environment;
  baseline.environment.host.clear();
  baseline.environment.date.clear();
  for (const Cell& cell : report.cells) {
    Cell& kept = baseline.cells.emplace_back(cell);
    kept.build_sha256.clear();
    kept.figures.clear();
    for (const Figure* figure : SortedFigures(cell)) {
      if (!figure->is_wall()) kept.figures.push_back(*figure);
    }
  }
  SortCells(&baseline);
  return baseline;
}

Report WithCellsOf(const Report& baseline, Report report) {
  std::set<Key> keys;
  for (const Cell& cell : report.cells) keys.insert(cell.key);
  for (const Cell& cell : baseline.cells) {
    if (!keys.contains(cell.key)) report.cells.push_back(cell);
  }
  return report;
}

}  // namespace atome::harness::report
