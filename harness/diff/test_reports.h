// Reports for tests: small ones by hand, and random ones of figures that have rules.
#ifndef ATOME_HARNESS_DIFF_TEST_REPORTS_H_
#define ATOME_HARNESS_DIFF_TEST_REPORTS_H_

#include <string>
#include <utility>
#include <vector>

#include "harness/base/random.h"
#include "harness/report/figures.h"
#include "harness/report/report.h"
#include "harness/base/text.h"

namespace atome::harness::report::testing {

inline ReportCell CellOf(Kind kind, const std::string& core, std::vector<Figure> figures) {
  ReportCell cell;
  cell.key.kind = kind;
  cell.key.core = core;
  cell.key.model = "m.atome03";
  cell.key.variant = "f32";
  cell.status = CellStatus::kPass;
  cell.figures = std::move(figures);
  return cell;
}

inline Report ReportOf(std::vector<ReportCell> cells) {
  Report report;
  report.command = "test";
  report.cells = std::move(cells);
  return report;
}

inline Figure EstimateOf(std::string_view name, double value, std::vector<double> samples,
                         std::vector<uint32_t> counts) {
  Figure figure = MakeFigure(name, value);
  figure.figure_class = FigureClass::kInterval;
  figure.samples = std::move(samples);
  figure.sample_counts = std::move(counts);
  return figure;
}

inline Figure WallOf(std::string_view name, double value, std::vector<double> samples) {
  Figure figure = MakeFigure(name, value);
  figure.figure_class = FigureClass::kWall;
  figure.samples = std::move(samples);
  return figure;
}

// Cells that pass, with figures that have a better direction. Values repeat: two reports agree in some.
inline Report RandomReport(Random* random) {
  static constexpr const char* kNames[] = {"ram_bytes", "cycles_per_token", "tokens_matched", "code_bytes"};
  Report report;
  for (const char* core : {"m0", "m3", "m4", "m7"}) {
    if (random->Below(4) == 0) continue;
    ReportCell cell = CellOf(random->Below(2) == 0 ? Kind::kSize : Kind::kCycles, core, {});
    for (const char* name : kNames) {
      if (random->Below(5) > 0) cell.figures.push_back(MakeFigure(name, random->Below(3)));
      for (const char* op : {"sparse", "state"}) {
        if (random->Below(3) == 0)
          cell.figures.push_back(MakeFigure(name, 0.5 * random->Below(3), "", {"op", op}));
      }
    }
    for (const char* symbol : {"a", "b", "c"}) {
      if (random->Below(2) == 0)
        cell.figures.push_back(MakeFigure("bytes", random->Below(3), "bytes", {"section", symbol}));
    }
    const double nats = random->Below(3);
    Figure perplexity = EstimateOf("perplexity", 2 + nats, {10 + nats, 12 + nats, 11 + nats}, {4, 4, 4});
    cell.figures.push_back(std::move(perplexity));
    report.cells.push_back(std::move(cell));
  }
  return report;
}

}  // namespace atome::harness::report::testing

#endif  // ATOME_HARNESS_DIFF_TEST_REPORTS_H_
