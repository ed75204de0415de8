#include "harness/diff/baseline.h"

#include <nlohmann/json.hpp>
#include <set>

#include "harness/report/report_file.h"
#include "harness/report/same.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

using Json = nlohmann::ordered_json;

// The report, its cells, each cell and its figures take a line an element; what is deeper takes none.
void Lay(const Json& json, int depth, std::string_view name, std::string* out) {
  const bool spread =
      depth == 0 || depth == 2 || (depth == 1 && name == "cells") || (depth == 3 && name == "figures");
  if (!spread || json.empty()) {
    *out += json.dump();
    return;
  }
  const bool object = json.is_object();
  *out += object ? "{" : "[";
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    StrAppend(out, first ? "\n" : ",\n");
    first = false;
    out->append(static_cast<size_t>(depth) + 1, ' ');
    if (object) StrAppend(out, Json(key).dump(), ": ");
    Lay(value, depth + 1, object ? key : "", out);
  }
  StrAppend(out, "\n");
  out->append(static_cast<size_t>(depth), ' ');
  *out += object ? "}" : "]";
}

}  // namespace

Report BaselineOf(const Report& report) {
  Report baseline;
  baseline.environment = report.environment;
  baseline.environment.host.clear();
  baseline.environment.date.clear();
  for (const ReportCell& cell : report.cells) {
    ReportCell& kept = baseline.cells.emplace_back(cell);
    kept.build_sha256.clear();
    kept.figures.clear();
    for (const Figure* figure : SortedFigures(cell)) {
      if (figure->figure_class != FigureClass::kWall) kept.figures.push_back(*figure);
    }
  }
  SortCells(&baseline);
  return baseline;
}

Result<std::string> BaselineJson(const Report& baseline) {
  const Result<std::string> bytes = ReportBytes(baseline, /*json=*/true);
  if (!bytes.ok()) return bytes.error();
  std::string text;
  Lay(Json::parse(*bytes), 0, "", &text);
  return text + "\n";
}

Report WithCellsOf(const Report& baseline, Report report) {
  std::set<Key> keys;
  for (const ReportCell& cell : report.cells) keys.insert(cell.key);
  for (const ReportCell& cell : baseline.cells) {
    if (!keys.contains(cell.key)) report.cells.push_back(cell);
  }
  return report;
}

}  // namespace atome::harness::report
