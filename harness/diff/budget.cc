#include "harness/diff/budget.h"

#include <algorithm>
#include <cmath>

#include "harness/ab/json_reader.h"
#include "harness/model/model.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

using ab::Complaints;
using ab::Json;
using ab::JsonObject;

struct Field {
  std::string_view name;
  std::string Key::*value;
};
constexpr Field kFields[] = {{"runner", &Key::runner},   {"core", &Key::core},
                             {"board", &Key::board},     {"model", &Key::model},
                             {"variant", &Key::variant}, {"build_kind", &Key::build_kind},
                             {"text", &Key::text},       {"detail", &Key::detail}};
constexpr std::string_view kKind = "kind";

bool IsIn(const Budget& budget, const Key& key) {
  return std::ranges::all_of(budget.where, [&key](const auto& wanted) {
    if (wanted.first == kKind) return wanted.second == KindName(key.kind);
    const auto* field = std::ranges::find(kFields, wanted.first, &Field::name);
    return key.*field->value == wanted.second;
  });
}

std::map<std::string, std::string> ReadWhere(const Json& json, const std::string& pointer,
                                             Complaints* complaints) {
  std::vector<std::string_view> keys{kKind};
  for (const Field& field : kFields) keys.push_back(field.name);
  const JsonObject object(json, pointer, keys, complaints);
  std::map<std::string, std::string> where;
  for (const std::string_view key : keys) {
    const Json* value = object.Find(key);
    if (value == nullptr) continue;
    if (value->is_string())  // empty, too: the board of a core alone is
      where.emplace(key, value->get<std::string>());
    else
      object.Complain(key, "is no string; give one, or leave it out for any");
  }
  const auto kind = where.find(std::string(kKind));
  if (kind == where.end()) return where;
  for (const Kind known :
       {Kind::kParity, Kind::kCycles, Kind::kSize, Kind::kPerplexity, Kind::kBenchmark, Kind::kAb})
    if (KindName(known) == kind->second) return where;
  object.Complain(
      kKind, StrCat("is \"", kind->second, "\"; give parity, cycles, size, perplexity, benchmark or ab"));
  return where;
}

Budget ReadBudget(const Json& json, const std::string& pointer, Complaints* complaints) {
  const JsonObject object(json, pointer, {"where", "figure", "part_kind", "part", "at_most", "about"},
                          complaints);
  Budget budget;
  if (const Json* where = object.Find("where"))
    budget.where = ReadWhere(*where, object.PointerTo("where"), complaints);
  budget.figure = object.Text("figure", "the name of a figure, as in \"cycles_per_token\"");
  budget.part_kind = object.OptionalText("part_kind").value_or("");
  budget.part = object.OptionalText("part");
  object.OptionalText("about");
  if (budget.part && budget.part_kind.empty()) object.Complain("part", "has no part_kind; give it too");
  const Json* at_most = object.Find("at_most");
  if (at_most != nullptr && at_most->is_number()) {
    budget.at_most = at_most->get<double>();
  } else if (json.is_object()) {
    object.Complain("at_most", "is no number; give the most that the figure may be");
  }
  return budget;
}

void CheckFigure(const Budget& budget, const Key& key, const Figure& figure, Diff* diff) {
  const std::optional<double> value = NumberOf(figure);
  if (value && *value <= budget.at_most) return;
  Change change = ChangeOf(Severity::kRegression, What::kOverBudget, key);
  change.figure = IdOf(figure);
  change.before = StrCat(budget.at_most);
  change.after = ValueText(figure);
  change.change = value ? fmt::format("{:+.6g} over the budget", *value - budget.at_most) : "is no number";
  diff->changes.push_back(std::move(change));
}

}  // namespace

std::string Budget::Describe() const {
  std::string text;
  for (const auto& [field, value] : where)
    StrAppend(&text, text.empty() ? "" : ", ", field, " \"", value, "\"");
  return text.empty() ? "any cell" : text;
}

Result<std::vector<Budget>> ReadBudgets(const std::string& path) {
  const Result<std::string> text = ReadFile(path);
  if (!text.ok()) return text.error();
  const Result<Json> json = ab::ParseJson(path, *text);
  if (!json.ok()) return json.error();
  Complaints complaints(path);
  const JsonObject top(*json, "", {"about", "budgets"}, &complaints);
  top.OptionalText("about");
  const std::vector<const Json*> elements = top.Elements("budgets", "objects, one a budget");
  std::vector<Budget> budgets;
  for (size_t i = 0; i < elements.size(); ++i)
    budgets.push_back(ReadBudget(*elements[i], StrCat("/budgets/", i), &complaints));
  if (!complaints.none()) return complaints.first();
  return budgets;
}

void CheckBudgets(const std::vector<Budget>& budgets, const Report& report, bool partial, Diff* diff) {
  for (const Budget& budget : budgets) {
    ++diff->totals.budgets;
    bool holds_any = false;
    for (const ReportCell& cell : report.cells) {
      if (!IsIn(budget, cell.key)) continue;
      for (const Figure& figure : cell.figures) {
        if (figure.name != budget.figure || figure.part_kind != budget.part_kind ||
            (budget.part && figure.part != *budget.part))
          continue;
        holds_any = true;
        CheckFigure(budget, cell.key, figure, diff);
      }
    }
    if (holds_any) continue;
    if (partial) {
      ++diff->totals.budgets_elsewhere;
      continue;
    }
    Change change = ChangeOf(Severity::kRegression, What::kEmptyBudget, Key{});
    change.figure = {budget.part_kind, budget.part.value_or(""), budget.figure};
    change.before = StrCat(budget.at_most);
    change.why =
        StrCat("no such figure in ", budget.Describe(), "; mend the budget, or measure what it is of");
    diff->changes.push_back(std::move(change));
  }
}

}  // namespace atome::harness::report
