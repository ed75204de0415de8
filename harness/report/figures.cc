#include "harness/report/figures.h"

#include <algorithm>

namespace atome::harness::report {
namespace {

bool Finite(const Figure& figure) {
  const auto finite = [](double value) { return std::isfinite(value); };
  const auto* real = std::get_if<double>(&figure.value);
  return (real == nullptr || finite(*real)) && finite(figure.low.value_or(0)) &&
         finite(figure.high.value_or(0)) && std::ranges::all_of(figure.samples, finite);
}

}  // namespace

void Add(ReportCell* cell, Figure figure) {
  if (Finite(figure)) {
    cell->figures.push_back(std::move(figure));
  } else {
    cell->unavailable.emplace(figure.name, "it is not finite");
  }
}

}  // namespace atome::harness::report
