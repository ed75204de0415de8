#include "harness/causes/diff_output.h"

#include <vector>

#include "harness/base/json_output.h"
#include "harness/base/text.h"
#include "harness/causes/diff_text.h"
#include "harness/causes/summary.h"

namespace atome::harness::report {
namespace {

using Json = nlohmann::ordered_json;

Json CauseJson(const Cause& cause) {
  return {{"severity", SeverityName(cause.severity)},
          {"mark", std::string(1, cause.mark)},
          {"kind", CauseKindName(cause.kind)},
          {"where", cause.where},
          {"what", cause.what},
          {"text", cause.Text()},
          {"names", cause.names},
          {"cells", cause.cells},
          {"figures", cause.changes.size()},
          {"changes", cause.changes},
          {"next", cause.next}};
}

Json DiffJson(const Diff& diff) {
  const Totals& totals = diff.totals;
  Json json{{"verdict", diff.Regressed() ? "regression" : "pass"},
            {"headline", Headline(diff)},
            {"summary", Summary(diff)},
            {"regressions", diff.Count(Severity::kRegression)},
            {"improvements", diff.Count(Severity::kImprovement)},
            {"notes", diff.Count(Severity::kNote)},
            {"totals",
             {{"cells_compared", totals.cells_compared},
              {"cells_only_before", totals.cells_only_before},
              {"cells_only_after", totals.cells_only_after},
              {"figures_compared", totals.figures_compared},
              {"figures_equal", totals.figures_equal},
              {"figures_only_before", totals.figures_only_before},
              {"figures_only_after", totals.figures_only_after},
              {"budgets", totals.budgets},
              {"budgets_elsewhere", totals.budgets_elsewhere}}},
            {"environment", diff.environment},
            {"renamed", diff.renamed},
            {"causes", Json::array()},
            {"changes", Json::array()}};
  for (const Cause& cause : diff.causes) json["causes"].push_back(CauseJson(cause));
  for (const Change& change : diff.changes) json["changes"].push_back(ChangeJson(change));
  return json;
}

std::string CsvOf(const Diff& diff) {
  Table table;
  const Json keys = ChangeJson({});
  for (const auto& [key, unused] : keys.items()) table.columns.push_back({key});
  table.columns.push_back({"cause"});
  for (const Change& change : diff.changes) {
    std::vector<std::string> row;
    for (const Json& value : ChangeJson(change)) row.push_back(value.get<std::string>());
    row.emplace_back();
    table.rows.push_back(std::move(row));
  }
  for (size_t i = 0; i < diff.causes.size(); ++i) {
    for (const size_t change : diff.causes[i].changes) table.rows[change].back() = StrCat(i + 1);
  }
  return FormatCsv(table);
}

}  // namespace

Json ChangeJson(const Change& change) {
  const bool of_a_cell = IsOfCell(change.what);
  Json json{{"severity", SeverityName(change.severity)},
            {"what", WhatName(change.what)},
            {"kind", of_a_cell ? NameOf(change.key.kind) : ""}};
  for (const KeyField& field : kKeyFields) json[std::string(field.name)] = change.key.*field.value;
  const Part part = change.figure ? change.figure->part : Part{};
  json["figure"] = change.figure ? NameOf(change.figure->quantity) : "";
  json["part_kind"] = NameOf(part.kind);
  json["part"] = part.name;
  json["before"] = change.before;
  json["after"] = change.after;
  json["change"] = change.change;
  json["why"] = change.why;
  return json;
}

std::string FormatDiff(const Diff& diff, const DiffView& view) {
  switch (view.format) {
    case OutputFormat::kTable:
      return DiffText(diff, view.style, view.all);
    case OutputFormat::kMarkdown:
      return DiffMarkdown(diff);
    case OutputFormat::kCsv:
      return CsvOf(diff);
    case OutputFormat::kJson:
      break;
  }
  return JsonText(DiffJson(diff));
}

}  // namespace atome::harness::report
