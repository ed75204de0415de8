#include "harness/bench/benchmark_figures.h"

#include "harness/statistics/median.h"
#include "harness/report/figures.h"

namespace atome::harness::report {
namespace {

Figure WallTime(std::string_view name, const std::vector<double>& samples, std::string_view unit,
                const PartOf& part = {}) {
  Figure figure = MakeFigure(name, Median(samples), unit, part);
  figure.figure_class = FigureClass::kWall;
  figure.samples = samples;
  return figure;
}

}  // namespace

ReportCell ToReport(const BenchmarkCell& cell) {
  ReportCell out;
  out.key.kind = Kind::kBenchmark;
  out.key.core = "host";
  out.key.detail = cell.name;
  out.status = cell.status;
  out.message = cell.message;
  out.build = cell.program;
  if (cell.seconds.empty()) {
    out.unavailable["seconds"] = cell.message;
  } else {
    Add(&out, WallTime("seconds", cell.seconds, "seconds"));
  }
  if (!cell.ratios.empty()) Add(&out, WallTime("ratio", cell.ratios, "", {"against", cell.against}));
  return out;
}

}  // namespace atome::harness::report
