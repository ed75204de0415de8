// atome bench
#include <algorithm>
#include <iostream>

#include "harness/bench/benchmark_output.h"
#include "harness/bench/benchmarks.h"
#include "harness/commands/command.h"
#include "harness/commands/progress.h"
#include "harness/commands/report_option.h"
#include "harness/bench/benchmark_figures.h"
#include "harness/report/command_line.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

struct BenchArguments {
  std::vector<std::string> suites;
  BenchmarkOptions options;
  ReportOption report;
  OutputFormat format = OutputFormat::kTable;
};

// A regular expression that is the text.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// Measures the cell again, and what it is compared with.
std::string Again(const BenchmarkOptions& options, const BenchmarkCell& cell) {
  report::CommandLine line("bench");
  const std::string other = cell.against.empty() ? "" : StrCat("|", Escaped(cell.against));
  line.Option("--suite", cell.suite).Option("--filter", StrCat("^(", Escaped(cell.name), other, ")$"));
  line.Option("--repetitions", StrCat(options.repetitions)).Option("--min-time", StrCat(options.min_seconds));
  return line.text();
}

std::vector<report::ReportCell> ReportCells(const BenchmarkOptions& options,
                                            const std::vector<BenchmarkCell>& cells) {
  std::vector<report::ReportCell> out;
  for (const BenchmarkCell& cell : cells) {
    out.push_back(report::ToReport(cell));
    out.back().command = Again(options, cell);
  }
  return out;
}

int RunBench(const BenchArguments& arguments) {
  const Result<std::vector<BenchmarkSuite>> suites = ParseSuites(arguments.suites);
  if (!suites.ok()) return UsageError(suites.error().message);
  Progress progress;
  BenchmarkOptions options = arguments.options;
  options.progress = [&progress](size_t done, size_t total) {
    if (done > 0) progress.Update(done, total, "benchmarks");
  };
  const Result<std::vector<BenchmarkCell>> cells = RunBenchmarks(*suites, options);
  if (!cells.ok()) return UsageError(cells.error().message);
  std::cout << FormatBenchmarks(*cells, arguments.format);
  return arguments.report.Write([&] { return ReportCells(options, *cells); }, Verdict(*cells));
}

}  // namespace

void AddBench(CLI::App& app, const std::string& command_line, int* exit_code) {
  auto arguments = std::make_shared<BenchArguments>();
  CLI::App* bench = app.add_subcommand(
      "bench", "Wall time of the engines on this host, by repetitions, and ratios between them");
  bench->add_option("--suite", arguments->suites, "host, kernels; default: all")->delimiter(',');
  bench->add_option("--filter", arguments->options.filter,
                    "Only benchmarks whose name has a match of this regular expression");
  bench->add_option("--repetitions", arguments->options.repetitions, "Of each")
      ->check(CLI::Range(1u, 10'000u))
      ->capture_default_str();
  bench->add_option("--min-time", arguments->options.min_seconds, "Seconds that a repetition takes at least")
      ->check(CLI::Range(0.0001, 1000.0))
      ->capture_default_str();
  arguments->report.AddTo(bench, command_line);
  AddFormat(bench, &arguments->format);
  bench->footer("Example: atome bench --suite host --filter thousands:60 --repetitions 10");
  bench->callback([arguments, exit_code] { *exit_code = RunBench(*arguments); });
}

}  // namespace atome::harness
