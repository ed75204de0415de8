#include "harness/diff/figure_id.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "harness/report/same.h"
#include "harness/base/text.h"

namespace atome::harness::report {

std::string FigureId::Describe() const { return report::Describe(FigureName(part_kind, part, name)); }

FigureId IdOf(const Figure& figure) { return {figure.part_kind, figure.part, figure.name}; }

const Figure* FindFigure(const ReportCell& cell, const FigureId& id) {
  const auto at = std::ranges::find_if(cell.figures, [&id](const Figure& each) {
    return NameOf(each) == std::tie(id.part_kind, id.part, id.name);
  });
  return at == cell.figures.end() ? nullptr : &*at;
}

std::optional<double> NumberOf(const Figure& figure) {
  if (const auto* count = std::get_if<uint64_t>(&figure.value)) return static_cast<double>(*count);
  if (const auto* real = std::get_if<double>(&figure.value)) return *real;
  return std::nullopt;
}

std::string ValueText(const Figure& figure) {
  if (const auto* text = std::get_if<std::string>(&figure.value))
    return text->size() <= 16 ? *text : StrCat(text->substr(0, 12), "...");
  if (const auto* real = std::get_if<double>(&figure.value)) return fmt::format("{:.10g}", *real);
  return StrCat(std::get<uint64_t>(figure.value));
}

std::pair<std::string, std::string> ValueTexts(const Figure& before, const Figure& after) {
  std::pair<std::string, std::string> texts(ValueText(before), ValueText(after));
  const auto* a = std::get_if<double>(&before.value);
  const auto* b = std::get_if<double>(&after.value);
  if (texts.first == texts.second && a != nullptr && b != nullptr) texts = {StrCat(*a), StrCat(*b)};
  return texts;
}

std::string DifferenceText(const Figure& before, const Figure& after) {
  const std::optional<double> from = NumberOf(before), to = NumberOf(after);
  if (!from || !to) return "";
  const auto* a = std::get_if<uint64_t>(&before.value);
  const auto* b = std::get_if<uint64_t>(&after.value);
  std::string text;
  if (a != nullptr && b != nullptr) {
    text = *b >= *a ? StrCat("+", *b - *a) : StrCat("-", *a - *b);
  } else {
    text = fmt::format("{:+.6g}", *to - *from);
  }
  if (*from != 0) StrAppend(&text, fmt::format(" ({:+.3g} %)", 100 * (*to - *from) / std::abs(*from)));
  return text;
}

}  // namespace atome::harness::report
