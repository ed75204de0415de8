// Figures, made and added in one line each.
#ifndef ATOME_HARNESS_REPORT_FIGURES_H_
#define ATOME_HARNESS_REPORT_FIGURES_H_

#include <cmath>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "harness/report/report.h"

namespace atome::harness::report {

struct PartOf {
  std::string kind, name;
};

// Of class EXACT, and of the whole cell, unless said. Integers become counts, floating point real numbers.
template <class Value>
Figure MakeFigure(std::string_view name, Value value, std::string_view unit = {}, const PartOf& part = {}) {
  Figure figure;
  figure.name = name;
  figure.part_kind = part.kind;
  figure.part = part.name;
  if constexpr (std::floating_point<Value>) {
    figure.value = double{value};
  } else if constexpr (std::integral<Value>) {
    figure.value = static_cast<uint64_t>(value);
  } else {
    figure.value = std::string(std::move(value));
  }
  figure.unit = unit;
  return figure;
}

// Adds the figure; or, when it is absent or not finite, why, unless the cell says that already. The reasons
// of parts are not kept, as `unavailable` knows only names.
void Add(ReportCell* cell, Figure figure);
template <class Value>
void Add(ReportCell* cell, std::string_view name, const std::optional<Value>& value, std::string_view unit,
         std::string_view why) {
  if (value) {
    Add(cell, MakeFigure(name, *value, unit));
  } else {
    cell->unavailable.emplace(name, why);
  }
}

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_FIGURES_H_
