#include "harness/report/same.h"

#include <algorithm>
#include <bit>

#include "harness/base/text.h"
#include "harness/report/walk.h"

namespace atome::harness::report {
namespace {

// Expected and actual by their bits: they may be no numbers.
bool Same(const Divergence& a, const Divergence& b) {
  const auto bits = [](float value) { return std::bit_cast<uint32_t>(value); };
  return std::tie(a.case_index, a.step, a.op, a.layer, a.index, a.note) ==
             std::tie(b.case_index, b.step, b.op, b.layer, b.index, b.note) &&
         bits(a.expected) == bits(b.expected) && bits(a.actual) == bits(b.actual);
}

std::string FirstDifferentFigure(const Cell& a, const Cell& b) {
  const Figure* first = nullptr;
  const auto note = [&first](const Figure& figure, bool same) {
    if (!same && first == nullptr) first = &figure;
  };
  const auto alone = [&note](const Figure& figure) { note(figure, figure.is_wall()); };
  Walk(
      SortedFigures(a), SortedFigures(b), [](const Figure& x, const Figure& y) { return x.id <=> y.id; },
      [&note](const Figure& x, const Figure& y) { note(x, SameFigure(x, y)); }, alone, alone);
  return first == nullptr ? "" : StrCat("figure ", first->id.Describe());
}

}  // namespace

bool SameFigure(const Figure& a, const Figure& b) { return a.is_wall() || a == b; }

std::string FirstDifference(const Cell& a, const Cell& b) {
  if (a.outcome != b.outcome) return "outcome";
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
