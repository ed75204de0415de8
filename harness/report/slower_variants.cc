#include "harness/report/slower_variants.h"

#include <algorithm>
#include <map>
#include <optional>

#include "harness/base/text.h"

namespace atome::harness::report {
namespace {

std::optional<double> CyclesOf(const Cell& cell) {
  return cell.passed() && cell.key.kind == Kind::kCycles ? cell.Number(Quantity::kCyclesPerToken)
                                                         : std::nullopt;
}

Key WithoutVariant(Key key) {
  key.variant.clear();
  return key;
}

}  // namespace

std::vector<std::string> SlowerVariants(const std::vector<const Cell*>& cells) {
  std::map<Key, const Cell*> fastest;
  for (const Cell* cell : cells) {
    if (!CyclesOf(*cell)) continue;
    const Cell*& best = fastest[WithoutVariant(cell->key)];
    if (best == nullptr || *CyclesOf(*cell) < *CyclesOf(*best)) best = cell;
  }
  struct Line {
    std::string model, variant, places;
  };
  std::vector<Line> lines;  // a model and variant, in the order of the cells
  for (const Cell* cell : cells) {
    const std::optional<double> cycles = CyclesOf(*cell);
    if (!cycles) continue;
    const Cell& best = *fastest[WithoutVariant(cell->key)];
    const double most = *CyclesOf(best);
    if (*cycles <= most || most <= 0) continue;
    auto line = std::ranges::find_if(lines, [cell](const Line& each) {
      return each.model == cell->key.model && each.variant == cell->key.variant;
    });
    if (line == lines.end()) line = lines.insert(line, {cell->key.model, cell->key.variant, ""});
    const Key& key = cell->key;
    StrAppend(&line->places, line->places.empty() ? "" : ", ", key.board.empty() ? key.core : key.board,
              key.build_kind.empty() || key.build_kind == "speed" ? "" : StrCat(" for ", key.build_kind),
              fmt::format(" ({:.0f} % over {})", 100 * (*cycles / most - 1), best.key.variant));
  }
  const bool one_model = std::ranges::all_of(
      cells, [&cells](const Cell* cell) { return cell->key.model == cells.front()->key.model; });
  std::vector<std::string> text;
  for (const Line& line : lines) {
    text.push_back(StrCat(one_model ? "" : StrCat(line.model, ": "), line.variant,
                          " is slower than another variant on ", line.places));
  }
  return text;
}

}  // namespace atome::harness::report
