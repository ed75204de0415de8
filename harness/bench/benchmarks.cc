#include "harness/bench/benchmarks.h"

#include <algorithm>
#include <span>

#include "emulation/base/subprocess.h"
#include "emulation/base/temporary_folder.h"
#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/bench/benchmark_results.h"
#include "harness/statistics/median.h"

namespace atome::harness {
namespace {

using report::Quantity;

// A list has no other lines that begin so.
bool IsName(std::string_view line) { return line.starts_with("BM_"); }

// Without figures; `groups` gets the group of each behind the suite's name.
Result<std::vector<report::Cell>> List(const BenchmarkSuite& suite, const std::string& filter,
                                       std::vector<std::string>* groups) {
  const std::string path = suite.Path();
  std::vector<std::string> words{path, "--benchmark_list_tests"};
  if (!filter.empty()) words.push_back("--benchmark_filter=" + filter);
  std::vector<report::Cell> cells;
  std::string complaint;
  const auto hear = [&](std::string_view line) {
    if (!IsName(line)) {
      if (line.starts_with("Could not compile")) complaint = line;
      return;
    }
    report::Cell& cell = cells.emplace_back();
    cell.key.kind = report::Kind::kBenchmark;
    cell.key.core = "host";
    cell.key.detail = line;
    cell.build = suite.ProgramName();
    groups->push_back(StrCat(suite.name, " ", suite.GroupOf(line)));
  };
  const emulation::SubprocessResult ended =
      emulation::RunSubprocess({.arguments = words, .folder = "/", .trusted = true, .on_line = hear});
  if (!ended.error.empty()) return Missing(StrCat(ended.error, "; build it with ci/build"));
  if (!complaint.empty()) return Bad(StrCat("--filter ", filter, ": ", complaint));
  if (const int code = ended.exit_code(); code != 0)
    return Bad(StrCat(path, ": lists nothing, exit code ", code, "; build it with ci/build"));
  return cells;
}

void Add(Quantity quantity, std::vector<double> samples, report::Cell* cell, report::Part part = {}) {
  report::Figure figure{.id = {std::move(part), quantity}, .value = Median(samples)};
  figure.samples = std::move(samples);
  cell->Add(std::move(figure));
}

void Fail(std::span<report::Cell> cells, const std::string& message) {
  for (report::Cell& cell : cells) cell.Fail(Outcome::kCrashed, message);
}

void Run(const BenchmarkSuite& suite, const BenchmarkOptions& options, const std::function<void()>& line_done,
         std::span<report::Cell> cells) {
  const emulation::TemporaryFolder folder;
  if (folder.path().empty()) return Fail(cells, "no folder for its results; is $TMPDIR writable?");
  const std::string file = (folder.path() / "results.json").string();
  std::vector<std::string> words{suite.Path(),
                                 "--benchmark_out=" + file,
                                 "--benchmark_out_format=json",
                                 StrCat("--benchmark_repetitions=", options.repetitions),
                                 StrCat("--benchmark_min_time=", options.min_seconds),
                                 "--benchmark_enable_random_interleaving=true"};
  if (!options.filter.empty()) words.push_back("--benchmark_filter=" + options.filter);
  std::string last;
  const auto hear = [&](std::string_view line) {
    last = line;
    if (IsName(line)) line_done();
  };
  const emulation::SubprocessResult ended =
      emulation::RunSubprocess({.arguments = words, .folder = "/", .trusted = true, .on_line = hear});
  if (!ended.error.empty()) return Fail(cells, ended.error);
  if (ended.exit_code() != 0)
    return Fail(cells, StrCat("its program ended with exit code ", ended.exit_code(), ": ", last));
  const Result<std::string> text = ReadFile(file);
  if (!text.ok()) return Fail(cells, text.error().message);
  const auto results = ReadBenchmarkResults(suite.name, *text);
  if (!results.ok()) return Fail(cells, results.error().message);
  Fail(cells, "its program gave no result of it");
  for (report::Cell& cell : cells) {
    const auto result = std::ranges::find(*results, cell.key.detail, &BenchmarkResult::name);
    if (result == results->end()) continue;
    if (!result->failure.empty()) {
      cell.Fail(Outcome::kError, result->failure);
    } else if (!result->seconds.empty()) {
      cell.outcome = Outcome::kPass;
      cell.message.clear();
      Add(Quantity::kSeconds, result->seconds, &cell);
      cell.Add(Quantity::kItems, result->items);
    }
  }
}

}  // namespace

void CompareInGroups(const std::vector<std::string>& groups, std::vector<report::Cell>* cells) {
  for (size_t i = 0; i < cells->size(); ++i) {
    const size_t first = static_cast<size_t>(std::ranges::find(groups, groups[i]) - groups.begin());
    report::Cell& cell = (*cells)[i];
    const report::Figure* mine = cell.Find(Quantity::kSeconds);
    const report::Figure* theirs = (*cells)[first].Find(Quantity::kSeconds);
    if (first == i || mine == nullptr || theirs == nullptr || mine->samples.size() != theirs->samples.size())
      continue;
    const double items = *(*cells)[first].Number(Quantity::kItems) / *cell.Number(Quantity::kItems);
    std::vector<double> ratios;
    for (size_t sample = 0; sample < mine->samples.size(); ++sample)
      ratios.push_back(items * mine->samples[sample] / theirs->samples[sample]);
    Add(Quantity::kTimeRatio, std::move(ratios), &cell,
        {report::PartKind::kAgainst, (*cells)[first].key.detail});
  }
}

Result<std::vector<report::Cell>> RunBenchmarks(const std::vector<BenchmarkSuite>& suites,
                                                const BenchmarkOptions& options) {
  std::vector<report::Cell> cells;
  std::vector<std::string> groups;
  std::vector<size_t> ends;
  for (const BenchmarkSuite& suite : suites) {
    Result<std::vector<report::Cell>> listed = List(suite, options.filter, &groups);
    if (!listed.ok()) return listed.error();
    std::ranges::move(*std::move(listed), std::back_inserter(cells));
    ends.push_back(cells.size());
  }
  if (cells.empty())
    return Bad(StrCat("no benchmark matches --filter ", options.filter, "; ", suites.front().Path(),
                      " --benchmark_list_tests lists them"));
  // A line for each repetition, then for mean, median, deviation and variation, where there are several.
  const size_t lines = options.repetitions == 1 ? 1 : options.repetitions + 4;
  size_t done = 0, begin = 0;
  const auto line_done = [&] {
    if (options.progress) options.progress(std::min(++done / lines, cells.size()), cells.size());
  };
  for (size_t i = 0; i < suites.size(); ++i) {
    if (ends[i] > begin) Run(suites[i], options, line_done, std::span(cells).subspan(begin, ends[i] - begin));
    begin = ends[i];
  }
  CompareInGroups(groups, &cells);
  for (report::Cell& cell : cells) {
    if (!cell.passed()) cell.unavailable[Quantity::kSeconds] = cell.message;
  }
  return cells;
}

}  // namespace atome::harness
