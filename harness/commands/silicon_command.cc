// atome silicon
#include <algorithm>
#include <iostream>
#include <map>

#include "emulation/silicon/accuracy.h"
#include "emulation/silicon/replay.h"
#include "harness/base/file.h"
#include "harness/base/json_output.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/commands/progress.h"
#include "harness/cycles/annotation_output.h"
#include "harness/cycles/board_measurements.h"
#include "harness/report/report_file.h"

namespace atome::harness {
namespace {

using silicon::Comparison;
using silicon::Fact;
using silicon::Score;

struct SiliconArguments {
  std::vector<std::string> files;
  std::vector<std::string> cores;
  unsigned worst = 0;
  std::optional<unsigned> explain;
  std::string evidence;
  BoardDetails board;
  std::optional<double> clock_mhz;
  std::string measurements;
  FormatOption format;
};

// A line of the result: of a core on one chip and kind of memory, all of its facts or one group of them.
struct Group {
  std::string core;
  std::string chip;
  std::string code_memory;
  std::string group;  // empty: all
  auto operator<=>(const Group&) const = default;
};

std::map<Group, Score> Scores(std::span<const Comparison> comparisons) {
  std::map<Group, Score> scores;
  for (const Comparison& comparison : comparisons) {
    const Fact& fact = *comparison.fact;
    scores[{fact.core, fact.chip, fact.code_memory, ""}].Add(comparison);
    scores[{fact.core, fact.chip, fact.code_memory, fact.category.substr(0, fact.category.find('/'))}].Add(
        comparison);
  }
  return scores;
}

Table ScoreTable(const std::map<Group, Score>& scores) {
  Table table{.columns = {{"core"},
                          {"chip"},
                          {"code in"},
                          {"group"},
                          {"recorded", true},
                          {"exact", true},
                          {"mean error", true},
                          {"worst", true}},
              .rows = {}};
  for (const auto& [group, score] : scores) {
    table.rows.push_back(
        {group.core, group.chip, group.code_memory, group.group.empty() ? "all" : group.group,
         Grouped(score.measured), fmt::format("{:.1f}%", score.exact_percent()),
         fmt::format("{:.2f}%", score.mean_percent), fmt::format("{:.0f}%", score.worst_percent)});
  }
  return table;
}

// The sequences that are furthest off.
Table WorstTable(std::vector<Comparison> comparisons, size_t count) {
  std::erase_if(comparisons, [](const Comparison& each) { return each.modelled == each.fact->cycles; });
  std::ranges::stable_sort(comparisons, std::greater{}, &Comparison::error_percent);
  if (comparisons.size() > count) comparisons.resize(count);
  Table table{
      .columns = {{"line", true}, {"core"}, {"chip"}, {"recorded", true}, {"modelled", true}, {"sequence"}},
      .rows = {}};
  for (const Comparison& each : comparisons) {
    std::string sequence = each.fact->sequence;
    if (!each.fact->operands_text.empty()) StrAppend(&sequence, " (", each.fact->operands_text, ")");
    table.rows.push_back({std::to_string(each.fact->line), each.fact->core, each.fact->chip,
                          std::to_string(each.fact->cycles), std::to_string(each.modelled), sequence});
  }
  return table;
}

nlohmann::ordered_json Json(const std::map<Group, Score>& scores, std::span<const Comparison> comparisons,
                            const std::vector<BoardMeasurement>& boards) {
  nlohmann::ordered_json json;
  json["groups"] = nlohmann::ordered_json::array();
  for (const auto& [group, score] : scores) {
    json["groups"].push_back({{"core", group.core},
                              {"chip", group.chip},
                              {"code_memory", group.code_memory},
                              {"group", group.group.empty() ? "all" : group.group},
                              {"recorded", score.measured},
                              {"exact", score.exact},
                              {"mean_error_percent", score.mean_percent},
                              {"worst_error_percent", score.worst_percent}});
  }
  json["boards"] = MeasurementsJson(boards);
  json["sequences"] = nlohmann::ordered_json::array();
  for (const Comparison& each : comparisons) {
    json["sequences"].push_back({{"line", each.fact->line},
                                 {"core", each.fact->core},
                                 {"chip", each.fact->chip},
                                 {"recorded_cycles", each.fact->cycles},
                                 {"modelled_cycles", each.modelled},
                                 {"sequence", each.fact->sequence}});
  }
  return json;
}

int Explain(const SiliconArguments& arguments, std::span<const Comparison> comparisons) {
  const auto found = std::ranges::find_if(
      comparisons, [&](const Comparison& each) { return each.fact->line == *arguments.explain; });
  if (found == comparisons.end())
    return UsageError(
        StrCat("no sequence begins at line ", *arguments.explain, "; --format json lists their lines"));
  const Fact& fact = *found->fact;
  std::cout << fact.core << ", " << fact.chip << ", " << fact.code_memory << ": recorded " << fact.cycles
            << " cycles, modelled " << found->modelled << "\n"
            << fact.sequence << "\n\n";
  const auto text = [&fact](uint32_t address) {
    const auto step = std::ranges::find(fact.steps, address, &silicon::Step::address);
    return step == fact.steps.end() ? std::string{} : step->text;
  };
  std::cout << FormatText(AnnotationTable(silicon::ExplainReplay(*silicon::CoreOf(fact), fact), text));
  return kPass;
}

constexpr char kAdd[] = "add";

std::string MeasurementsFile(const SiliconArguments& arguments) {
  return arguments.measurements.empty() ? (DataFolder() / "emulation/silicon/measurements.json").string()
                                        : arguments.measurements;
}

// atome silicon add REPORT...
int AddReports(const SiliconArguments& arguments) {
  if (arguments.files.size() < 2) return UsageError("atome silicon add takes a report; name its file");
  if (arguments.board.revision.empty() || !arguments.clock_mhz)
    return UsageError(
        "give the chip's --revision, as its package or its maker's tool says it, and the --clock in "
        "MHz that it ran at");
  BoardDetails details = arguments.board;
  details.clock_mhz = *arguments.clock_mhz;
  std::vector<BoardMeasurement> more;
  for (const std::string& path : std::span(arguments.files).subspan(1)) {
    const Result<report::Report> report = report::ReadReport(path);
    if (!report.ok()) return UsageError(report.error().message);
    Result<std::vector<BoardMeasurement>> found = MeasurementsOf(*report, path, details);
    if (!found.ok()) return UsageError(found.error().message);
    std::ranges::move(*found, std::back_inserter(more));
  }
  const std::string file = MeasurementsFile(arguments);
  if (const std::string why = AddMeasurements(file, more); !why.empty()) return UsageError(why);
  std::cout << FormatText(MeasurementTable(more), arguments.format.style());
  std::cerr << "atome: added to " << file << "\n";
  return kPass;
}

int RunSilicon(const SiliconArguments& arguments) {
  if (!arguments.files.empty() && arguments.files.front() == kAdd) return AddReports(arguments);
  if (!arguments.board.revision.empty() || arguments.clock_mhz || !arguments.board.server.empty() ||
      !arguments.board.date.empty())
    return UsageError("--revision, --clock, --server and --date are of atome silicon add REPORT");
  std::vector<std::string> files = arguments.files;
  if (files.empty()) files = {(DataFolder() / "emulation/silicon/facts.csv").string()};
  std::vector<Fact> facts;
  for (const std::string& path : files) {
    const Result<std::string> csv = ReadFile(path);
    if (!csv.ok()) return UsageError(csv.error().message);
    silicon::FactsFile file = silicon::ReadFacts(*csv, path);
    if (!file.error.empty()) return UsageError(file.error);
    const silicon::Assembly assembly = silicon::Assemble(file.facts);
    if (!assembly.error.empty()) return UsageError(StrCat(path, ": ", assembly.error));
    if (!assembly.left_out.empty()) {
      const silicon::LeftOut& first = assembly.left_out.front();
      const std::string what = StrCat(path, ":", first.line, ": ", first.why);
      if (file.facts.empty()) return UsageError(what);
      std::cerr << "atome: " << Grouped(assembly.left_out.size()) << " sequences are left out: " << what
                << "\n";
    }
    std::ranges::move(file.facts, std::back_inserter(facts));
  }
  if (!arguments.cores.empty()) {
    std::erase_if(facts, [&](const Fact& fact) {
      return std::ranges::find(arguments.cores, fact.core) == arguments.cores.end();
    });
  }
  Progress progress("replaying recorded sequences");
  const std::vector<Comparison> comparisons = silicon::Compare(facts);
  progress.End();
  if (comparisons.empty()) return UsageError("nothing is recorded of these cores; --core m3 and m4 are");
  if (arguments.explain) return Explain(arguments, comparisons);
  if (!arguments.evidence.empty()) {
    const std::string why = ReplaceFile(arguments.evidence, silicon::EvidenceText(comparisons));
    if (!why.empty()) return UsageError(why);
  }
  const std::map<Group, Score> scores = Scores(comparisons);
  // Of boards only when nothing else is asked for.
  std::vector<BoardMeasurement> boards;
  if (arguments.files.empty() && arguments.cores.empty()) {
    Result<std::vector<BoardMeasurement>> read = ReadMeasurements(MeasurementsFile(arguments));
    if (!read.ok()) return UsageError(read.error().message);
    boards = *std::move(read);
  }
  const TextStyle style = arguments.format.style();
  switch (arguments.format.get()) {
    case OutputFormat::kJson:
      std::cout << JsonText(Json(scores, comparisons, boards));
      break;
    case OutputFormat::kCsv:
      std::cout << FormatCsv(ScoreTable(scores));
      break;
    case OutputFormat::kMarkdown:
      std::cout << FormatMarkdown(ScoreTable(scores));
      if (!boards.empty()) std::cout << "\n" << FormatMarkdown(MeasurementTable(boards));
      break;
    case OutputFormat::kTable:
      std::cout << FormatText(ScoreTable(scores), style);
      if (!boards.empty()) std::cout << "\n" << FormatText(MeasurementTable(boards), style);
      if (arguments.worst > 0)
        std::cout << "\n" << FormatText(WorstTable(comparisons, arguments.worst), style);
      break;
  }
  return kPass;
}

void Declare(Options& options, SiliconArguments* arguments) {
  options.Texts(
      "FACTS", &arguments->files,
      "CSV files of recorded sequences; default: emulation/silicon/facts.csv. Or: add REPORT..., which "
      "keeps what atome cycles --runner probe --report measured on a board");
  options.Text("--revision", &arguments->board.revision,
               "With add: the chip's revision, as its package says it");
  options.Real("--clock", &arguments->clock_mhz, 0.001, 10'000, "With add: MHz that it ran at");
  options.Text("--server", &arguments->board.server,
               "With add: the debug server and its version; default: its name in the report");
  options.Text("--date", &arguments->board.date, "With add: YYYY-MM-DD; default: the report's");
  options.Text("--measurements", &arguments->measurements,
               "The file of boards' measurements; default: emulation/silicon/measurements.json");
  options.Texts("--core", &arguments->cores, "Only these cores of the files, as m3 or m4")
      .Offer({"m3", "m4"});
  options.Count("--worst", &arguments->worst, 0, 100'000,
                "Also list this many sequences that are furthest off");
  options.Count("--explain", &arguments->explain, 1, 1'000'000'000,
                "Instead, show the cycles of each instruction of the sequence on this line, and why");
  options
      .Text("--evidence", &arguments->evidence,
            "File for what every table states of the cores: emulation/silicon/evidence.json")
      .Output();
  arguments->format.AddTo(options);
  options.Footer(
      "Example: atome silicon --worst 10\n"
      "A file needs the columns that emulation/silicon/README.md lists; without the column \"code\" its\n"
      "sequences are assembled by arm-none-eabi-as.");
}

}  // namespace

void AddSilicon(Program& program) {
  program.Add("silicon", "Compare the cycle models with recorded cycles of real chips", Declare, RunSilicon);
}

}  // namespace atome::harness
