#include "harness/bench/benchmark_output.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/json_output.h"
#include "harness/statistics/median.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

using Json = nlohmann::ordered_json;

Json BenchmarkJson(const BenchmarkCell& cell) {
  Json json{{"suite", cell.suite},
            {"benchmark", cell.name},
            {"group", cell.group},
            {"status", StatusName(cell.status)},
            {"median_seconds", nullptr},
            {"least_seconds", nullptr},
            {"most_seconds", nullptr},
            {"repetitions", cell.seconds.size()},
            {"items", cell.items},
            {"against", cell.against.empty() ? Json(nullptr) : Json(cell.against)},
            {"ratio", cell.ratios.empty() ? Json(nullptr) : Json(Median(cell.ratios))},
            {"message", cell.message}};
  if (!cell.seconds.empty()) {
    json["median_seconds"] = Median(cell.seconds);
    json["least_seconds"] = std::ranges::min(cell.seconds);
    json["most_seconds"] = std::ranges::max(cell.seconds);
  }
  return json;
}

std::string Shown(double seconds) {
  for (const auto& [unit, factor] : {std::pair{"s", 1.0}, {"ms", 1e3}, {"us", 1e6}}) {
    if (seconds * factor >= 1) return fmt::format("{:.3f} {}", seconds * factor, unit);
  }
  return fmt::format("{:.1f} ns", seconds * 1e9);
}

Table ResultTable(const std::vector<BenchmarkCell>& cells) {
  Table table;
  table.columns = {{"suite"},       {"benchmark"},          {"median", true}, {"spread", true},
                   {"items", true}, {"of the first", true}, {"the first"}};
  for (const BenchmarkCell& cell : cells) {
    std::vector<std::string> row{cell.suite, cell.name, "-", "-", Grouped(cell.items), "-", cell.against};
    if (cell.seconds.empty()) {
      row.back() = StatusName(cell.status);
    } else {
      const double median = Median(cell.seconds);
      const auto [least, most] = std::ranges::minmax(cell.seconds);
      row[2] = Shown(median);
      row[3] = fmt::format("{:.1f} %", 100 * (most - least) / median);
    }
    if (!cell.ratios.empty()) row[5] = fmt::format("{:.3f}", Median(cell.ratios));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string Tables(const std::vector<BenchmarkCell>& cells, std::string (*format)(const Table&)) {
  std::string text = format(ResultTable(cells));
  StrAppend(&text,
            "\nWall time of an iteration on this host: median, and the range of all repetitions over it. "
            "Ratios are of an\nitem's time to that of the first of the same work; only these mean anything "
            "elsewhere.\n");
  for (const BenchmarkCell& cell : cells) {
    if (cell.status == CellStatus::kPass) continue;
    StrAppend(&text, "\n", StatusName(cell.status), ": ", cell.name, " of ", cell.suite, ": ", cell.message,
              "\n");
  }
  return text;
}

std::string Csv(const std::vector<BenchmarkCell>& cells) {
  Table table;
  for (const BenchmarkCell& cell : cells) {
    const Json json = BenchmarkJson(cell);
    std::vector<std::string> fields;
    for (const auto& [key, value] : json.items()) {
      if (table.rows.empty()) table.columns.push_back({key});
      fields.push_back(value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump());
    }
    table.rows.push_back(std::move(fields));
  }
  return FormatCsv(table);
}

}  // namespace

std::string FormatBenchmarks(const std::vector<BenchmarkCell>& cells, OutputFormat format) {
  switch (format) {
    case OutputFormat::kTable:
      return Tables(cells, FormatText);
    case OutputFormat::kMarkdown:
      return Tables(cells, FormatMarkdown);
    case OutputFormat::kCsv:
      return Csv(cells);
    case OutputFormat::kJson:
      return JsonOfCells(cells, BenchmarkJson);
  }
  return {};
}

}  // namespace atome::harness
