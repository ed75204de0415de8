#include "harness/diff/value_text.h"

#include <cmath>

#include "harness/base/text.h"

namespace atome::harness::report {

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
  const std::optional<double> from = before.Number(), to = after.Number();
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
