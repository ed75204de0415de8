#include "harness/perplexity/sentence.h"

#include <cmath>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

using report::PartKind;
using report::Quantity;

// 1.0123 -> "1.23 % higher".
std::string Change(double ratio) {
  const double percent = 100 * (ratio - 1);
  return fmt::format("{:.3g} % {}", std::abs(percent), percent < 0 ? "lower" : "higher");
}

}  // namespace

std::string Sentence(const report::Cell& cell) {
  const std::string name = StrCat(cell.key.model, " ", cell.key.variant);
  if (const auto why = cell.unavailable.find(Quantity::kPerplexityRatio); why != cell.unavailable.end())
    return StrCat(name, " cannot be compared: ", why->second);
  const auto others = cell.Parts(PartKind::kAgainst, Quantity::kPerplexityRatio);
  if (others.empty()) return "";
  const report::Figure& figure = *cell.Find(Quantity::kPerplexityRatio, {PartKind::kAgainst, others.front()});
  const double ratio = figure.Number().value_or(1);
  std::string text = StrCat("The perplexity of ", name, " is ", ratio == 1 ? "" : Change(ratio),
                            ratio == 1 ? "that of " : " than that of ", others.front());
  if (!figure.low)
    return StrCat(text, "; one chunk or block of text is too little to say whether that is significant.");
  StrAppend(&text, fmt::format(" (95 % interval {:+.3g} % to {:+.3g} %): ", 100 * (*figure.low - 1),
                               100 * (*figure.high - 1)));
  const bool significant = *figure.low > 1 || *figure.high < 1;  // it leaves 1 out
  return text + (significant ? "a significant difference." : "no significant difference.");
}

}  // namespace atome::harness
