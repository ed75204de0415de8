#include "harness/report/parity_summary.h"

#include <algorithm>
#include <optional>
#include <string>

#include "harness/base/text.h"
#include "harness/report/show.h"

namespace atome::harness::report {
namespace {

struct Group {
  std::string model, variant;
  size_t cells = 0, passed = 0;
  std::vector<std::string> runners{}, cores{};
  std::optional<double> error{};

  bool Holds(const Key& key) const { return model == key.model && variant == key.variant; }
};

void AddOnce(std::vector<std::string>* list, const std::string& text) {
  if (std::ranges::find(*list, text) == list->end()) list->push_back(text);
}

std::vector<Group> GroupsOf(const std::vector<const Cell*>& cells) {
  std::vector<Group> groups;
  for (const Cell* cell : cells) {
    const Key& key = cell->key;
    auto group = std::ranges::find_if(groups, [&key](const Group& each) { return each.Holds(key); });
    if (group == groups.end()) group = groups.insert(group, {.model = key.model, .variant = key.variant});
    ++group->cells;
    group->passed += cell->passed();
    AddOnce(&group->runners, key.runner);
    AddOnce(&group->cores, key.core);
    if (const std::optional<double> error = cell->Number(Quantity::kMaxAbsError))
      group->error = std::max(group->error.value_or(0), *error);
  }
  return groups;
}

// Of "15 of 16".
std::optional<Colour> ColourOfCount(std::string_view text) {
  const size_t space = text.find(' ');
  return text.substr(0, space) == text.substr(text.rfind(' ') + 1) ? Colour::kGreen : Colour::kRed;
}

}  // namespace

Table ParitySummary(const std::vector<const Cell*>& cells) {
  const std::vector<Group> groups = GroupsOf(cells);
  if (groups.size() < 2) return {};
  Table table;
  table.columns = {{"model"}, {"variant"}};
  table.columns.insert(
      table.columns.end(),
      {{.title = "cells pass", .right = true, .colour = ColourOfCount},
       {.title = "cores", .right = true},
       {"runners"},
       {.title = std::string(InfoOf(Quantity::kMaxAbsError).short_title), .right = true, .importance = 0}});
  for (const Group& group : groups) {
    std::vector<std::string>& row = table.rows.emplace_back();
    row = {group.model, group.variant};
    row.push_back(StrCat(group.passed, " of ", group.cells));
    row.push_back(StrCat(group.cores.size()));
    row.push_back(Join(group.runners, ", "));
    row.push_back(group.error ? Show(*group.error, InfoOf(Quantity::kMaxAbsError).shown) : "-");
  }
  return table;
}

}  // namespace atome::harness::report
