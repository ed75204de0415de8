#include "harness/diff/compare_figures.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/base/text.h"
#include "harness/diff/value_text.h"
#include "harness/statistics/interval.h"
#include "harness/statistics/median.h"
#include "harness/statistics/precise_math.h"
#include "harness/statistics/rank_test.h"

namespace atome::harness::report {
namespace {

// `sign`: of the new value less the old one.
What Judged(int sign, Better better) {
  if (sign == 0) return What::kChanged;
  switch (better) {
    case Better::kLess:
      return sign < 0 ? What::kBetter : What::kWorse;
    case Better::kMore:
      return sign > 0 ? What::kBetter : What::kWorse;
    case Better::kEqual:
      return What::kDiffers;
    case Better::kTold:
      break;
  }
  return What::kChanged;
}

template <class T>
int SignOf(T before, T after) {
  return after > before ? 1 : after < before ? -1 : 0;
}

// A number and a text always differ.
Comparison CompareExact(const Figure& before, const Figure& after, Better better) {
  const auto* a = std::get_if<uint64_t>(&before.value);
  const auto* b = std::get_if<uint64_t>(&after.value);
  const std::optional<double> from = before.Number(), to = after.Number();
  const What different = better == Better::kTold ? What::kChanged : What::kDiffers;
  int sign = 0;
  if (a != nullptr && b != nullptr) {
    sign = SignOf(*a, *b);
  } else if (from && to) {
    sign = SignOf(*from, *to);
  } else if (before.value != after.value) {
    return {different, "another value"};
  }
  if (sign != 0) return {Judged(sign, better), DifferenceText(before, after)};
  if (before.samples == after.samples) return {};
  return {different, "the same value of other samples"};
}

// Nothing where the chunks are not the same, or are of nothing, of which there is no mean.
std::optional<Estimate> PairedEstimate(const Figure& before, const Figure& after) {
  if (before.sample_counts != after.sample_counts || before.samples.size() != after.samples.size() ||
      before.samples.size() != before.sample_counts.size() || before.samples.empty() ||
      std::ranges::count(before.sample_counts, 0u) > 0)
    return std::nullopt;
  const std::vector<double> counts(before.sample_counts.begin(), before.sample_counts.end());
  return EstimateDifference(after.samples, before.samples, counts);
}

// 1 and -1 when the change is too large for a matter of chance.
int Material(double from, double to, double material) {
  if (material == 0) return 0;
  if (from <= 0 || to <= 0) return SignOf(from, to);
  return to >= from * (1 + material) ? 1 : from >= to * (1 + material) ? -1 : 0;
}

Comparison CompareInterval(const Figure& before, const Figure& after, const catalogue::QuantityRow& info) {
  const std::optional<double> from = before.Number(), to = after.Number();
  if (!from || !to) return CompareExact(before, after, info.better);
  const bool known = before.samples == after.samples && before.sample_counts == after.sample_counts;
  if (*from == *to && known) return {};
  std::string change = DifferenceText(before, after);
  int sign = 0;
  const std::optional<Estimate> paired = PairedEstimate(before, after);
  if (paired && paired->interval) {
    const auto [low, high] = *paired->interval;
    sign = low > 0 ? 1 : high < 0 ? -1 : 0;
    StrAppend(&change, fmt::format("; {:.6g} times, 95 % {:.6g} to {:.6g}, paired over {} chunks",
                                   Exp(paired->mean), Exp(low), Exp(high), before.samples.size()));
  } else if (paired) {
    StrAppend(&change, "; ", paired->why_not);
  } else if (before.low && before.high && after.low && after.high) {
    sign = *after.low > *before.high ? 1 : *after.high < *before.low ? -1 : 0;
    StrAppend(&change, sign == 0 ? "; the intervals overlap" : "; the intervals do not touch");
  }
  const int material = Material(*from, *to, info.material);
  if (material != 0) {
    if (sign != material) StrAppend(&change, fmt::format("; {:g} % or more counts", 100 * info.material));
    sign = material;
  }
  return {Judged(sign, info.better), std::move(change)};
}

Comparison CompareWall(const Figure& before, const Figure& after, const catalogue::QuantityRow& info,
                       std::optional<double> gate_percent) {
  if (before.value == after.value && before.samples == after.samples) return {};
  const std::optional<double> value_before = before.Number(), value_after = after.Number();
  if (!value_before || !value_after) return {What::kWall, "no numbers"};
  const double from = before.samples.empty() ? *value_before : Median(before.samples);
  const double to = after.samples.empty() ? *value_after : Median(after.samples);
  if (from <= 0 || to <= 0) return {What::kWall, "no ratio: a time of 0"};
  const std::optional<int> test = RankTest(before.samples, after.samples);
  const char* said = !test        ? "too few repetitions to tell"
                     : *test == 0 ? "no difference shown"
                                  : "a difference";
  std::string change = fmt::format("{:.4g} times; {}, {} and {} repetitions", to / from, said,
                                   before.samples.size(), after.samples.size());
  if (gate_percent && Judged(test.value_or(0), info.better) == What::kWorse) {
    const double slower = info.better == Better::kMore ? from / to : to / from;
    if (slower > 1 + *gate_percent / 100) return {What::kWorse, std::move(change)};
  }
  return {What::kWall, std::move(change)};
}

}  // namespace

Comparison CompareFigures(const Figure& before, const Figure& after,
                          std::optional<double> gate_wall_percent) {
  const catalogue::QuantityRow& info = after.info();
  switch (info.figure_class) {
    case FigureClass::kExact:
      return CompareExact(before, after, info.better);
    case FigureClass::kInterval:
      return CompareInterval(before, after, info);
    case FigureClass::kWall:
      break;
  }
  return CompareWall(before, after, info, gate_wall_percent);
}

}  // namespace atome::harness::report
