// Reports for tests: small ones by hand, and random ones of figures with a better direction.
#ifndef ATOME_HARNESS_TESTING_TEST_REPORTS_H_
#define ATOME_HARNESS_TESTING_TEST_REPORTS_H_

#include <concepts>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/causes/find_causes.h"
#include "harness/diff/diff.h"
#include "harness/report/report.h"

namespace atome::harness::report::testing {

inline Cell CellOf(Kind kind, const std::string& core, std::vector<Figure> figures) {
  Cell cell;
  cell.key.kind = kind;
  cell.key.core = core;
  cell.key.model = "m.atome03";
  cell.key.variant = "f32";
  cell.outcome = Outcome::kPass;
  cell.figures = std::move(figures);
  return cell;
}

inline Report ReportOf(std::vector<Cell> cells) {
  Report report;
  report.command = "test";
  report.cells = std::move(cells);
  return report;
}

inline Figure FigureOf(Quantity quantity, Value value, Part part = {}) {
  return {.id = {std::move(part), quantity}, .value = std::move(value)};
}
template <std::integral Integer>
Figure FigureOf(Quantity quantity, Integer value, Part part = {}) {
  return FigureOf(quantity, Value(static_cast<uint64_t>(value)), std::move(part));
}

// Of class INTERVAL, or WALL, as the quantity is.
inline Figure SampledOf(Quantity quantity, double value, std::vector<double> samples,
                        std::vector<uint32_t> counts = {}) {
  Figure figure = FigureOf(quantity, value);
  figure.samples = std::move(samples);
  figure.sample_counts = std::move(counts);
  return figure;
}

// With causes.
inline Diff DiffOf(const Report& before, const Report& after, const DiffOptions& options = {}) {
  Diff diff = Compare(before, after, options);
  diff.causes = FindCauses(diff.changes, before, after);
  return diff;
}

// Cells that pass, with figures that have a better direction. Values repeat: two reports agree in some.
inline Report RandomReport(Random* random) {
  using enum Quantity;
  const auto number = [random](uint32_t below) { return static_cast<int>(random->Below(below)); };
  Report report;
  for (const char* core : {"m0", "m3", "m4", "m7"}) {
    if (random->Below(4) == 0) continue;
    Cell cell = CellOf(random->Below(2) == 0 ? Kind::kSize : Kind::kCycles, core, {});
    for (const Quantity quantity : {kRamBytes, kCyclesPerToken, kTokensMatched, kCodeBytes}) {
      if (random->Below(5) > 0) cell.figures.push_back(FigureOf(quantity, number(3)));
    }
    for (const char* op : {"sparse", "state"}) {
      if (random->Below(3) == 0)
        cell.figures.push_back(FigureOf(kCyclesPerToken, 0.5 * number(3), {PartKind::kOp, op}));
    }
    for (const char* section : {"a", "b", "c"}) {
      if (random->Below(2) == 0)
        cell.figures.push_back(FigureOf(kSectionBytes, number(3), {PartKind::kSection, section}));
    }
    const double nats = number(3);
    cell.figures.push_back(SampledOf(kPerplexity, 2 + nats, {10 + nats, 12 + nats, 11 + nats}, {4, 4, 4}));
    report.cells.push_back(std::move(cell));
  }
  return report;
}

}  // namespace atome::harness::report::testing

#endif  // ATOME_HARNESS_TESTING_TEST_REPORTS_H_
