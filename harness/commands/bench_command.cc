// atome bench
#include <algorithm>

#include "harness/base/text.h"
#include "harness/bench/benchmarks.h"
#include "harness/commands/command.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/report/command_line.h"

namespace atome::harness {
namespace {

struct BenchArguments {
  std::vector<std::string> suites;
  BenchmarkOptions options;
  ReportOption report;
  FormatOption format;
};

// A regular expression that matches exactly this text.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// The command that measures the cell again, and the one that it is compared with.
std::string Again(const std::vector<BenchmarkSuite>& suites, const BenchmarkOptions& options,
                  const report::Cell& cell) {
  report::CommandLine line("bench");
  const std::vector<std::string> against =
      cell.Parts(report::PartKind::kAgainst, report::Quantity::kTimeRatio);
  const std::string other = against.empty() ? "" : StrCat("|", Escaped(against.front()));
  const auto suite = std::ranges::find(suites, cell.build, &BenchmarkSuite::ProgramName);
  line.Option("--suite", suite->name);
  line.Option("--filter", StrCat("^(", Escaped(cell.key.detail), other, ")$"));
  line.Option("--repetitions", StrCat(options.repetitions)).Option("--min-time", StrCat(options.min_seconds));
  return line.text();
}

int RunBench(const BenchArguments& arguments) {
  const Result<std::vector<BenchmarkSuite>> suites = ParseSuites(arguments.suites);
  if (!suites.ok()) return UsageError(suites.error().message);
  Progress progress;
  BenchmarkOptions options = arguments.options;
  options.progress = [&progress](size_t done, size_t total) {
    if (done > 0) progress.Update(done, total, "benchmarks");
  };
  Result<std::vector<report::Cell>> cells = RunBenchmarks(*suites, options);
  progress.End();
  if (!cells.ok()) return UsageError(cells.error().message);
  for (size_t i = 0; i < cells->size(); ++i) cells->at(i).command = Again(*suites, options, cells->at(i));
  return arguments.report.Finish(
      *std::move(cells), arguments.format, {},
      "\nWall time of an iteration on this host: the median, and the range of all repetitions over it.\n"
      "A ratio is an item's time over that of the group's first item; only ratios hold on other hosts.\n");
}

void Declare(Options& options, BenchArguments* arguments) {
  options.Texts("--suite", &arguments->suites, "host, kernels; default: all").Offer({"host", "kernels"});
  options.Text("--filter", &arguments->options.filter,
               "Only benchmarks whose name matches this regular expression");
  options.Count("--repetitions", &arguments->options.repetitions, 1, 10'000, "Repetitions of each benchmark");
  options.Real("--min-time", &arguments->options.min_seconds, 0.0001, 1000, "Least seconds of a repetition");
  arguments->report.AddTo(options);
  arguments->format.AddTo(options);
  options.Footer("Example: atome bench --suite host --filter thousands:60 --repetitions 10");
}

}  // namespace

void AddBench(Program& program) {
  program.Add("bench", "Measure wall time of the engines on this host, and its ratios", Declare, RunBench);
}

}  // namespace atome::harness
