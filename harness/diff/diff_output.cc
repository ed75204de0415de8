#include "harness/diff/diff_output.h"

#include <vector>

#include "harness/base/json_output.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostNotes = 20;

std::string Plural(size_t count, std::string_view what) {
  return StrCat(Grouped(count), " ", what, count == 1 ? "" : "s");
}

Table ChangeTable(const Diff& diff, Severity severity, size_t most) {
  Table table{{{"cell"}, {"figure"}, {"what"}, {"before", true}, {"now", true}, {"change"}, {"why"}}, {}};
  for (const Change& change : diff.changes) {
    if (change.severity != severity || table.rows.size() == most) continue;
    const std::string cell = change.what == What::kEmptyBudget ? "" : change.key.Describe();
    table.rows.push_back({cell, change.figure ? change.figure->Describe() : "",
                          std::string(WhatName(change.what)), change.before, change.after, change.change,
                          change.why});
  }
  return table;
}

std::string Compared(const Totals& totals) {
  std::string text =
      StrCat("Compared: ", Plural(totals.cells_compared, "cell"), ", ",
             Plural(totals.figures_compared, "figure"), ", of which ", Grouped(totals.figures_equal),
             " equal. ", "Only in the old report: ", Plural(totals.cells_only_before, "cell"), ", ",
             Plural(totals.figures_only_before, "figure"),
             "; only in the new one: ", Plural(totals.cells_only_after, "cell"), ", ",
             Plural(totals.figures_only_after, "figure"), ".");
  if (totals.budgets > 0) {
    StrAppend(&text, " Budgets: ", totals.budgets);
    if (totals.budgets_elsewhere > 0)
      StrAppend(&text, ", of which ", totals.budgets_elsewhere, " are of what this report does not have");
    StrAppend(&text, ".");
  }
  return text + "\n";
}

std::string Tables(const Diff& diff, std::string (*format)(const Table&), std::string_view heading) {
  std::string text = StrCat(diff.Regressed() ? "REGRESSION" : "PASS", ": ", Summary(diff), "\n");
  const std::pair<Severity, std::string_view> parts[] = {{Severity::kRegression, "Regressions"},
                                                         {Severity::kImprovement, "Improvements"},
                                                         {Severity::kNote, "Notes"}};
  for (const auto& [severity, title] : parts) {
    const size_t count = diff.Count(severity);
    if (count == 0) continue;
    const size_t most = severity == Severity::kNote ? kMostNotes : count;
    StrAppend(&text, "\n", heading, title, "\n\n", format(ChangeTable(diff, severity, most)));
    if (count > most) StrAppend(&text, "\n", count - most, " more notes; --format json has them\n");
  }
  if (!diff.environment.empty()) {
    StrAppend(&text, "\n", heading, "Also different\n\n");
    for (const std::string& line : diff.environment) StrAppend(&text, "- ", OneLine(line), "\n");
  }
  if (!diff.renamed.empty()) StrAppend(&text, "\nrenamed: ", OneLine(Join(diff.renamed, ", ")), "\n");
  StrAppend(&text, "\n", Compared(diff.totals));
  if (diff.Count(Severity::kRegression) + diff.Count(Severity::kImprovement) > 0)
    StrAppend(&text, "Meant so? atome accept REPORT --reason \"...\"\n");
  return text;
}

Json DiffJson(const Diff& diff) {
  const Totals& totals = diff.totals;
  Json json{{"verdict", diff.Regressed() ? "regression" : "pass"},
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
            {"changes", Json::array()}};
  for (const Change& change : diff.changes) json["changes"].push_back(ChangeJson(change));
  return json;
}

std::string CsvOf(const Diff& diff) {
  Table table;
  const Json keys = ChangeJson({});
  for (const auto& [key, unused] : keys.items()) table.columns.push_back({key});
  for (const Change& change : diff.changes) {
    std::vector<std::string> row;
    for (const Json& value : ChangeJson(change)) row.push_back(value.get<std::string>());
    table.rows.push_back(std::move(row));
  }
  return FormatCsv(table);
}

}  // namespace

std::string Summary(const Diff& diff) {
  return StrCat(Plural(diff.Count(Severity::kRegression), "regression"), ", ",
                Plural(diff.Count(Severity::kImprovement), "improvement"), ", ",
                Plural(diff.Count(Severity::kNote), "note"), "; compared ",
                Plural(diff.totals.cells_compared, "cell"), ", ",
                Plural(diff.totals.figures_compared, "figure"));
}

Json ChangeJson(const Change& change) {
  const bool of_a_cell = change.what != What::kEmptyBudget;
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

std::string FormatDiff(const Diff& diff, OutputFormat format) {
  switch (format) {
    case OutputFormat::kTable:
      return Tables(diff, FormatText, "");
    case OutputFormat::kMarkdown:
      return Tables(diff, FormatMarkdown, "### ");
    case OutputFormat::kCsv:
      return CsvOf(diff);
    case OutputFormat::kJson:
      break;
  }
  return JsonText(DiffJson(diff));
}

}  // namespace atome::harness::report
