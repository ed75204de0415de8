#include "harness/bench/benchmarks.h"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "emulation/base/subprocess.h"
#include "harness/base/text.h"
#include "harness/bench/benchmark_results.h"
#include "harness/model/model.h"

namespace atome::harness {
namespace {

// For the file that a program writes; gone with the object.
class Folder {
 public:
  Folder() {
    std::error_code error;
    std::string name = (std::filesystem::temp_directory_path(error) / "atome_bench_XXXXXX").string();
    if (!error && mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }  // empty when there is none

 private:
  std::string path_;
};

// A list has no other lines that begin so.
bool IsName(std::string_view line) { return line.starts_with("BM_"); }

Result<std::vector<BenchmarkCell>> List(const BenchmarkSuite& suite, const std::string& filter) {
  const std::string path = suite.Path();
  std::vector<std::string> words{path, "--benchmark_list_tests"};
  if (!filter.empty()) words.push_back("--benchmark_filter=" + filter);
  std::vector<BenchmarkCell> cells;
  std::string complaint;
  const auto hear = [&](std::string_view line) {
    if (!IsName(line)) {
      if (line.starts_with("Could not compile")) complaint = line;
      return;
    }
    BenchmarkCell& cell = cells.emplace_back();
    cell.suite = suite.name;
    cell.program = std::filesystem::path(path).filename().string();
    cell.name = line;
    cell.group = suite.GroupOf(line);
  };
  const emulation::SubprocessResult ended =
      emulation::RunSubprocess({.arguments = words, .folder = "/", .trusted = true, .on_line = hear});
  if (!ended.error.empty()) return Missing(StrCat(ended.error, "; build it with ci/build"));
  if (!complaint.empty()) return Bad(StrCat("--filter ", filter, ": ", complaint));
  if (ended.exit_code() != 0)
    return Bad(StrCat(path, ": lists nothing, exit code ", ended.exit_code(), "; build it with ci/build"));
  return cells;
}

void Fail(std::span<BenchmarkCell> cells, const std::string& message) {
  for (BenchmarkCell& cell : cells) cell.message = message;
}

void Run(const BenchmarkSuite& suite, const BenchmarkOptions& options, const std::function<void()>& line_done,
         std::span<BenchmarkCell> cells) {
  const Folder folder;
  if (folder.path().empty()) return Fail(cells, "no folder for its results; is $TMPDIR writable?");
  const std::string file = folder.path() + "/results.json";
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
  for (BenchmarkCell& cell : cells) {
    const auto result = std::ranges::find(*results, cell.name, &BenchmarkResult::name);
    if (result == results->end() || (result->failure.empty() && result->seconds.empty())) continue;
    cell.status = result->failure.empty() ? CellStatus::kPass : CellStatus::kError;
    cell.message = result->failure;
    if (!cell.message.empty()) continue;
    cell.seconds = result->seconds;
    cell.items = result->items;
  }
}

}  // namespace

void CompareInGroups(std::vector<BenchmarkCell>* cells) {
  for (BenchmarkCell& cell : *cells) {
    const auto first = std::ranges::find_if(*cells, [&cell](const BenchmarkCell& other) {
      return other.suite == cell.suite && other.group == cell.group;
    });
    if (&*first == &cell || cell.seconds.empty() || first->seconds.size() != cell.seconds.size()) continue;
    cell.against = first->name;
    const double items = static_cast<double>(first->items) / static_cast<double>(cell.items);
    for (size_t i = 0; i < cell.seconds.size(); ++i)
      cell.ratios.push_back(items * cell.seconds[i] / first->seconds[i]);
  }
}

Result<std::vector<BenchmarkCell>> RunBenchmarks(const std::vector<BenchmarkSuite>& suites,
                                                 const BenchmarkOptions& options) {
  std::vector<BenchmarkCell> cells;
  std::vector<size_t> ends;
  for (const BenchmarkSuite& suite : suites) {
    Result<std::vector<BenchmarkCell>> listed = List(suite, options.filter);
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
  CompareInGroups(&cells);
  return cells;
}

ExitCode Verdict(const std::vector<BenchmarkCell>& cells) {
  std::vector<CellStatus> statuses;
  statuses.reserve(cells.size());
  for (const BenchmarkCell& cell : cells) statuses.push_back(cell.status);
  return VerdictOf(statuses);
}

}  // namespace atome::harness
