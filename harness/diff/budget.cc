#include "harness/diff/budget.h"

#include <algorithm>
#include <span>

#include "harness/base/file.h"
#include "harness/base/json_reader.h"
#include "harness/base/text.h"
#include "harness/diff/value_text.h"

namespace atome::harness::report {
namespace {

constexpr std::string_view kKind = "kind";

bool IsIn(const Budget& budget, const Key& key) {
  return std::ranges::all_of(budget.where, [&key](const auto& wanted) {
    if (wanted.first == kKind) return wanted.second == NameOf(key.kind);
    const auto* field = std::ranges::find(kKeyFields, wanted.first, &KeyField::name);
    return key.*field->value == wanted.second;
  });
}

std::map<std::string, std::string> ReadWhere(const Json& json, const std::string& pointer,
                                             Complaints* complaints) {
  std::vector<std::string_view> keys{kKind};
  for (const KeyField& field : kKeyFields) keys.push_back(field.name);
  const JsonObject object(json, pointer, keys, complaints);
  std::map<std::string, std::string> where;
  for (const std::string_view key : keys) {
    // Empty, too: the board of a core alone is.
    const auto value = object.AnyText(key, "is not text; give it, or leave it out for any");
    if (value) where.emplace(key, *value);
  }
  const auto kind = where.find(std::string(kKind));
  if (kind != where.end() && !FindKind(kind->second))
    object.Complain(kKind, StrCat("is \"", kind->second, "\"; give one of ", Join(catalogue::kKinds, ", ")));
  return where;
}

// By which name a figure goes today that an older atome called `name`; empty when none did.
std::string_view NameToday(std::string_view name, const Budget& budget) {
  const auto wanted = budget.where.find(std::string(kKind));
  for (size_t i = 0; i < std::size(catalogue::kKinds); ++i) {
    const auto kind = static_cast<Kind>(i);
    if (wanted != budget.where.end() && wanted->second != NameOf(kind)) continue;
    const std::optional<Quantity> quantity = FindFormerQuantity(name, kind, budget.part_kind);
    if (quantity && NameOf(*quantity) != name) return NameOf(*quantity);
  }
  return "";
}

void ReadFigure(const JsonObject& object, Budget* budget) {
  const std::string part_kind = object.OptionalText("part_kind").value_or("");
  const std::optional<PartKind> kind = FindPartKind(part_kind);
  if (!kind)
    return object.Complain("part_kind", StrCat("is \"", part_kind, "\"; give one of ",
                                               Join(std::span(catalogue::kPartKinds).subspan(1), ", ")));
  budget->part_kind = *kind;
  budget->part = object.OptionalText("part");
  if (budget->part && *kind == PartKind::kWhole) object.Complain("part", "has no part_kind; give it too");
  const std::string name = object.Text("figure", "the name of a figure, as in \"cycles_per_token\"");
  if (name.empty()) return;
  const std::optional<Quantity> quantity = FindQuantity(name);
  if (quantity && MayBeOf(*quantity, *kind)) {
    budget->quantity = *quantity;
  } else if (const std::string_view today = NameToday(name, *budget); !today.empty()) {
    object.Complain("figure", StrCat("is \"", name, "\", which is \"", today, "\" now; give that name"));
  } else if (quantity) {
    object.Complain("part_kind", StrCat("is \"", part_kind, "\", of which nothing has ", name,
                                        "; proto/catalogue.json says of what parts it is"));
  } else {
    object.Complain(
        "figure", StrCat("is \"", name, "\", which is not in proto/catalogue.json; give a name from there"));
  }
}

Budget ReadBudget(const Json& json, const std::string& pointer, Complaints* complaints) {
  const JsonObject object(json, pointer, {"where", "figure", "part_kind", "part", "at_most", "about"},
                          complaints);
  Budget budget;
  if (const Json* where = object.Find("where"))
    budget.where = ReadWhere(*where, object.PointerTo("where"), complaints);
  ReadFigure(object, &budget);
  object.OptionalText("about");
  budget.at_most = object.Real("at_most", "is not a number; give the most that the figure may be");
  return budget;
}

void CheckFigure(const Budget& budget, const Key& key, const Figure& figure, Diff* diff) {
  const std::optional<double> value = figure.Number();
  if (value && *value <= budget.at_most) return;
  Change change = ChangeOf(What::kOverBudget, key);
  change.figure = figure.id;
  change.before = StrCat(budget.at_most);
  change.after = ValueText(figure);
  change.from = budget.at_most;
  change.to = value;
  change.change = value ? fmt::format("{:+.6g} over the budget", *value - budget.at_most) : "is not a number";
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
  const Result<std::shared_ptr<const Json>> json = ParseJson(path, *text);
  if (!json.ok()) return json.error();
  Complaints complaints(path);
  const JsonObject top(**json, "", {"about", "budgets"}, &complaints);
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
    for (const Cell& cell : report.cells) {
      if (!IsIn(budget, cell.key)) continue;
      for (const Figure& figure : cell.figures) {
        const auto& [part, quantity] = figure.id;
        if (quantity != budget.quantity || part.kind != budget.part_kind ||
            (budget.part && part.name != *budget.part))
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
    Change change = ChangeOf(What::kEmptyBudget, Key{});
    change.figure = FigureId{{budget.part_kind, budget.part.value_or("")}, budget.quantity};
    change.before = StrCat(budget.at_most);
    change.why =
        StrCat("no such figure in ", budget.Describe(), "; mend the budget, or measure what it is of");
    diff->changes.push_back(std::move(change));
  }
  if (diff->alone && partial && diff->totals.budgets_elsewhere == budgets.size()) {
    Change change = ChangeOf(What::kNothingCompared, Key{});
    change.why =
        StrCat("none of ", budgets.size(),
               " budgets is of a figure in this report, so nothing was checked; measure what one is of");
    diff->changes.push_back(std::move(change));
  }
}

}  // namespace atome::harness::report
