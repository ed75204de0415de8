#include "harness/report/same.h"

#include <algorithm>
#include <bit>

#include "harness/text.h"

namespace atome::harness::report {
namespace {

// Expected and actual by their bits: they may be no numbers.
bool Same(const Divergence& a, const Divergence& b) {
  const auto bits = [](float value) { return std::bit_cast<uint32_t>(value); };
  return std::tie(a.case_index, a.step, a.op, a.layer, a.index, a.note) ==
             std::tie(b.case_index, b.step, b.op, b.layer, b.index, b.note) &&
         bits(a.expected) == bits(b.expected) && bits(a.actual) == bits(b.actual);
}

std::string FirstDifferentFigure(const ReportCell& a, const ReportCell& b) {
  const std::vector<const Figure*> of_a = SortedFigures(a), of_b = SortedFigures(b);
  for (auto at = of_a.begin(), bt = of_b.begin(); at != of_a.end() || bt != of_b.end();) {
    const bool only_a = bt == of_b.end() || (at != of_a.end() && NameOf(**at) < NameOf(**bt));
    const bool only_b = !only_a && (at == of_a.end() || NameOf(**bt) < NameOf(**at));
    const Figure& figure = only_b ? **bt : **at;
    const bool same = only_a || only_b ? figure.figure_class == FigureClass::kWall : SameFigure(**at, **bt);
    if (!same) return StrCat("figure ", Describe(figure));
    if (!only_b) ++at;
    if (!only_a) ++bt;
  }
  return "";
}

}  // namespace

std::string Describe(const Figure& figure) {
  if (figure.part_kind.empty() && figure.part.empty()) return figure.name;
  return StrCat(figure.name, " of ", figure.part_kind, " ", figure.part);
}

std::vector<const Figure*> SortedFigures(const ReportCell& cell) {
  std::vector<const Figure*> figures;
  figures.reserve(cell.figures.size());
  for (const Figure& figure : cell.figures) figures.push_back(&figure);
  std::ranges::sort(figures, [](const Figure* a, const Figure* b) { return NameOf(*a) < NameOf(*b); });
  return figures;
}

bool SameFigure(const Figure& a, const Figure& b) {
  if (a.figure_class != b.figure_class) return false;
  if (a.figure_class == FigureClass::kWall) return true;
  return std::tie(a.value, a.unit, a.low, a.high, a.samples, a.sample_counts) ==
         std::tie(b.value, b.unit, b.low, b.high, b.samples, b.sample_counts);
}

std::string FirstDifference(const ReportCell& a, const ReportCell& b) {
  if (a.status != b.status) return "status";
  if (a.message != b.message) return "message";
  if (a.model_sha256 != b.model_sha256) return "model_sha256";
  if (a.build != b.build) return "build";
  if (a.build_sha256 != b.build_sha256) return "build_sha256";
  if (a.divergence.has_value() != b.divergence.has_value() ||
      (a.divergence && !Same(*a.divergence, *b.divergence)))
    return "divergence";
  if (std::string figure = FirstDifferentFigure(a, b); !figure.empty()) return figure;
  if (a.unavailable != b.unavailable) return "unavailable";
  if (a.note != b.note) return "note";
  return a.command == b.command ? "" : "command";
}

}  // namespace atome::harness::report
