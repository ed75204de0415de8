#include "harness/report/view.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/base/table.h"
#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

using Json = nlohmann::json;

// The catalogue is part of the program: what is wrong in it is a bug that the first test finds.
template <class T>
T Known(const std::optional<T>& found, const std::string& name) {
  if (!found) throw std::logic_error(StrCat("proto/catalogue.json: a table names ", name));
  return *found;
}

Quantity QuantityOf(const Json& name) {
  return Known(FindQuantity(name.get<std::string>()), name.get<std::string>());
}

std::optional<Quantity> OptionalQuantity(const Json& json, const char* key) {
  return json.contains(key) ? std::optional(QuantityOf(json[key])) : std::nullopt;
}

PartKind PartOf(const Json& json, const char* key) {
  const std::string name = json.value(key, "");
  return Known(FindPartKind(name), name);
}

ViewColumn::Beside BesideOf(const Json& json, const char* key) {
  const std::string name = json.value(key, "");
  return name == "inline"   ? ViewColumn::Beside::kInline
         : name == "column" ? ViewColumn::Beside::kColumn
                            : ViewColumn::Beside::kNothing;
}

ViewColumn NamedColumn(const std::string& name) {
  ViewColumn column;
  if (const std::optional<Quantity> quantity = FindQuantity(name)) {
    column.what = ViewColumn::What::kFigures;
    column.figures = {*quantity};
  } else {
    column.what = name == "part" ? ViewColumn::What::kPart : ViewColumn::What::kField;
    column.field = name;
  }
  return column;
}

ViewColumn ColumnOf(const Json& json) {
  if (json.is_string()) return NamedColumn(json.get<std::string>());
  ViewColumn column;
  column.title = json.value("title", "");
  column.part = PartOf(json, "of_part");
  column.by = PartOf(json, "by");
  if (json.contains("field")) {
    column.field = json["field"];
    return column;
  }
  column.what = ViewColumn::What::kPart;
  if (json.contains("figure")) column.figures = {QuantityOf(json["figure"])};
  for (const Json& figure : json.value("figures", Json::array()))
    column.figures.push_back(QuantityOf(figure));
  if (column.figures.empty()) return column;
  column.what = ViewColumn::What::kFigures;
  column.of = OptionalQuantity(json, "of");
  column.per = OptionalQuantity(json, "per");
  column.interval = BesideOf(json, "interval");
  column.spread = BesideOf(json, "spread");
  if (json.contains("show"))
    column.shown = Known(catalogue::FindShown(json["show"].get<std::string>()), json["show"]);
  return column;
}

std::map<Kind, std::vector<View>> AllViews() {
  std::map<Kind, std::vector<View>> views;
  for (const Json& kind : Json::parse(catalogue::kViews)) {
    for (const Json& table : kind["tables"]) {
      View view{.title = table.value("title", ""),
                .rows = PartOf(table, "rows"),
                .with = OptionalQuantity(table, "with"),
                .order = OptionalQuantity(table, "order"),
                .columns = {},
                .least = table.value("least", std::vector<std::string>())};
      for (const Json& column : table["columns"]) view.columns.push_back(ColumnOf(column));
      views[Known(FindKind(kind["kind"].get<std::string>()), kind["kind"])].push_back(std::move(view));
    }
  }
  return views;
}

}  // namespace

unsigned View::ImportanceOf(std::string_view name) const {
  const auto found = std::ranges::find(least, name);
  return found == least.end() ? Column{}.importance : static_cast<unsigned>(found - least.begin());
}

const std::vector<View>& ViewsOf(Kind kind) {
  static const std::map<Kind, std::vector<View>> views = AllViews();
  return views.at(kind);
}

}  // namespace atome::harness::report
