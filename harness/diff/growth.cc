#include "harness/diff/growth.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "harness/base/text.h"
#include "harness/report/names.h"

namespace atome::harness::report {
namespace {

std::vector<Growth> Sorted(std::vector<Growth> all, Direction direction) {
  std::erase_if(all, [direction](const Growth& each) {
    return direction == Direction::kGrew ? each.by() <= 0 : each.by() >= 0;
  });
  std::ranges::stable_sort(all, [](const Growth& a, const Growth& b) {
    const double of_a = std::abs(a.by()), of_b = std::abs(b.by());
    return of_a != of_b ? of_a > of_b : a.name < b.name;
  });
  return all;
}

}  // namespace

std::vector<Growth> ChangedParts(const CellPair& cell, PartKind kind, Quantity quantity,
                                 Direction direction) {
  std::map<std::string, Growth> by_name;
  const auto add = [&](const Cell& from, double Growth::*side) {
    for (const Figure& figure : from.figures) {
      if (figure.id.part.kind != kind || figure.id.quantity != quantity) continue;
      const std::string& full = figure.id.part.name;
      const bool is_symbol = kind == PartKind::kSymbol;
      Growth& growth = by_name[is_symbol ? ShortSymbol(full) : full];
      growth.*side += figure.Number().value_or(0);
      if (is_symbol) growth.symbols.push_back(full);
    }
  };
  add(*cell.before, &Growth::before);
  add(*cell.after, &Growth::after);
  std::vector<Growth> all;
  for (auto& [name, growth] : by_name) {
    growth.name = name;
    std::ranges::sort(growth.symbols);
    growth.symbols.erase(std::unique(growth.symbols.begin(), growth.symbols.end()), growth.symbols.end());
    all.push_back(std::move(growth));
  }
  return Sorted(std::move(all), direction);
}

std::vector<Growth> ChangedSummands(const CellPair& cell, std::span<const Quantity> summands,
                                    Direction direction) {
  std::vector<Growth> all;
  for (const Quantity summand : summands) {
    const std::optional<double> before = cell.before->Number(summand), after = cell.after->Number(summand);
    if (before && after) all.push_back({std::string(NameOf(summand)), before.value(), after.value(), {}});
  }
  return Sorted(std::move(all), direction);
}

std::string OtherFirmware(const CellPair& cell) {
  if (cell.before == nullptr || cell.after == nullptr) return "";
  const std::string before = cell.before->Text(Quantity::kFirmware);
  const std::string after = cell.after->Text(Quantity::kFirmware);
  return before.empty() || after.empty() || before == after
             ? ""
             : StrCat("another firmware: ", before, " -> ", after);
}

}  // namespace atome::harness::report
