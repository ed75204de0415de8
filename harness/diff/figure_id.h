// What names a figure in its cell, and its value as text and number.
#ifndef ATOME_HARNESS_DIFF_FIGURE_ID_H_
#define ATOME_HARNESS_DIFF_FIGURE_ID_H_

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/report/report.h"

namespace atome::harness::report {

// The whole cell's come first, then parts, all figures of a part together.
struct FigureId {
  std::string part_kind, part, name;

  auto operator<=>(const FigureId&) const = default;
  // "ram_bytes", "cycles_per_token of op sparse".
  std::string Describe() const;
};
FigureId IdOf(const Figure& figure);

// Nothing when the cell has none of this id.
const Figure* FindFigure(const ReportCell& cell, const FigureId& id);

// Nothing for text.
std::optional<double> NumberOf(const Figure& figure);
// Ten digits of a real number; of text longer than 16 characters the first 12.
std::string ValueText(const Figure& figure);
// Of two figures; reals with all digits where ten do not tell them apart.
std::pair<std::string, std::string> ValueTexts(const Figure& before, const Figure& after);
// "+16 (+0.512 %)"; no percentage of nothing. Exact for counts.
std::string DifferenceText(const Figure& before, const Figure& after);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_FIGURE_ID_H_
