#include "harness/perplexity/sentence.h"

#include <algorithm>
#include <cmath>

#include "harness/base/text.h"
#include "harness/statistics/interval.h"

namespace atome::harness {
namespace {

using report::PartKind;
using report::Quantity;

// 1.0123 -> "1.23 % higher".
std::string Change(double ratio) {
  const double percent = 100 * (ratio - 1);
  return fmt::format("{:.3g} % {}", std::abs(percent), percent < 0 ? "lower" : "higher");
}

// How much text would tell a difference of this size: an interval narrows with the root of its length.
std::string MoreText(double ratio, double low, double high) {
  if (ratio == 1 || ratio <= 0 || low <= 0) return "";
  const double times = std::pow(std::log(high / low) / 2 / std::log(ratio), 2);
  if (times > 1000) return "";
  return fmt::format("; a text {:.{}f} times as long might tell one of this size", std::max(times, 1.1),
                     times < 9.95 ? 1 : 0);
}

const report::Figure* RatioOf(const report::Cell& cell) {
  const auto others = cell.Parts(PartKind::kAgainst, Quantity::kPerplexityRatio);
  if (others.empty()) return nullptr;
  return cell.Find(Quantity::kPerplexityRatio, {PartKind::kAgainst, others.front()});
}

}  // namespace

bool IsJudged(const report::Cell& cell) {
  const report::Figure* const ratio = RatioOf(cell);
  return ratio != nullptr && ratio->low && *ratio->low < *ratio->high;
}

std::string Sentence(const report::Cell& cell) {
  const std::string name = StrCat(cell.key.model, " ", cell.key.variant);
  if (const auto why = cell.unavailable.find(Quantity::kPerplexityRatio); why != cell.unavailable.end())
    return StrCat(name, " cannot be compared: ", why->second);
  const report::Figure* const ratio_to = RatioOf(cell);
  if (ratio_to == nullptr) return "";
  const report::Figure& figure = *ratio_to;
  const double ratio = figure.Number().value_or(1);
  std::string text = StrCat("The perplexity of ", name, " is ", ratio == 1 ? "" : Change(ratio),
                            ratio == 1 ? "that of " : " than that of ", figure.id.part.name);
  if (!figure.low) {
    const report::Figure* perplexity = cell.Find(Quantity::kPerplexity);
    const size_t units = perplexity == nullptr ? 0 : perplexity->samples.size();
    return StrCat(text, "; whether that is significant is not known: ", WhyTooFew(units), ".");
  }
  StrAppend(&text, fmt::format(" (95 % interval {:+.3g} % to {:+.3g} %): ", 100 * (*figure.low - 1),
                               100 * (*figure.high - 1)));
  const bool significant = *figure.low > 1 || *figure.high < 1;  // it leaves 1 out
  if (significant) return text + "a significant difference.";
  return StrCat(text, "no significant difference", MoreText(ratio, *figure.low, *figure.high), ".");
}

}  // namespace atome::harness
