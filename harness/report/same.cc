#include "harness/report/same.h"

#include <algorithm>
#include <bit>

#include "harness/report/walk.h"
#include "harness/base/text.h"

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
  const Figure* first = nullptr;
  const auto note = [&first](const Figure& figure, bool same) {
    if (!same && first == nullptr) first = &figure;
  };
  const auto alone = [&note](const Figure& figure) {
    note(figure, figure.figure_class == FigureClass::kWall);
  };
  Walk(
      SortedFigures(a), SortedFigures(b),
      [](const Figure& x, const Figure& y) { return NameOf(x) <=> NameOf(y); },
      [&note](const Figure& x, const Figure& y) { note(x, SameFigure(x, y)); }, alone, alone);
  return first == nullptr ? "" : StrCat("figure ", Describe(NameOf(*first)));
}

}  // namespace

std::string Describe(const FigureName& name) {
  const auto& [part_kind, part, plain] = name;
  return part_kind.empty() && part.empty() ? plain : StrCat(plain, " of ", part_kind, " ", part);
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
