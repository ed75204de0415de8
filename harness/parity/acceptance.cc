#include "harness/parity/acceptance.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "harness/base/table.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

constexpr size_t kMostShown = 40;  // characters of a text that makes no sense, as one of a file may
constexpr std::string_view kUlpPrefix = "ulp:", kRelativePrefix = "relative:";

std::string Tokens(const Parity& parity) {
  return StrCat(parity.tokens_matched, "/", parity.tokens_total, " tokens");
}

// Names the wrong token behind a step of a case, if there is one.
bool IsWrongToken(const ExpectedCase& expected, const CaseExecution& actual, size_t step, Divergence* out) {
  const size_t at = step + 1 - expected.prompt.size();  // beyond any token while the prompt goes on
  if (at >= expected.generated.size() || at >= actual.generated.size()) return false;
  if (expected.generated[at] == actual.generated[at]) return false;
  out->note =
      StrCat("the token behind it is ", actual.generated[at], ", expected is ", expected.generated[at]);
  return true;
}

bool IsBeyond(const ExpectedStep& expected, const Step& actual, const Acceptance& acceptance,
              Divergence* out) {
  if (expected.logits.size() != actual.logits.size()) {
    out->note = StrCat(actual.logits.size(), " values where ", expected.logits.size(), " are expected");
    return true;
  }
  const double largest = LargestLogit(expected.oracle_logits);
  for (size_t i = 0; i < expected.logits.size(); ++i) {
    const float wanted = expected.logits[i], oracle = expected.oracle_logits[i], got = actual.logits[i];
    if (acceptance.AcceptsLogit(wanted, oracle, got, largest)) continue;
    out->index = i;
    out->expected = acceptance.kind() == Acceptance::Kind::kRelative ? oracle : wanted;
    out->actual = got;
    out->note = fmt::format("relative {:.3g} to the oracle; accepted is {}",
                            RelativeError(oracle, got, largest), acceptance.Text());
    return true;
  }
  return false;
}

}  // namespace

Result<Acceptance> Acceptance::Parse(std::string_view text) {
  const auto bad = [text](std::string_view why) {
    return Bad(
        fmt::format("\"{}\" is no acceptance: {}; write bits, ulp:N as ulp:4, relative:X as "
                    "relative:1e-5, or tokens",
                    OneLine(text.substr(0, kMostShown)), why));
  };
  if (text == "bits") return Acceptance();
  if (text == "tokens") return Acceptance(Kind::kTokens, 0, 0);
  if (text.starts_with(kUlpPrefix)) {
    const std::optional<uint32_t> ulp = Number(text.substr(kUlpPrefix.size()));
    if (!ulp || *ulp == 0 || *ulp > kMostUlp)
      return bad(StrCat("N must be a whole number from 1 to ", kMostUlp));
    return Acceptance(Kind::kUlp, *ulp, 0);
  }
  if (text.starts_with(kRelativePrefix)) {
    const std::string_view number = text.substr(kRelativePrefix.size());
    double relative = 0;
    const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), relative);
    const bool whole = error == std::errc() && stop == number.data() + number.size();
    if (!whole || !(relative > 0 && relative <= 1)) return bad("X must be a number above 0, and at most 1");
    return Acceptance(Kind::kRelative, 0, relative);
  }
  return bad(text.empty() ? "it is empty" : "the word is not known");
}

std::optional<Acceptance> Acceptance::Tightest(const Parity& parity) {
  for (int power = 9; power > 0; --power) {
    for (int digit = 1; digit < 10; ++digit) {
      const Result<Acceptance> found = Parse(StrCat(kRelativePrefix, digit, "e-", power));
      if (found.ok() && found->Accepts(parity, 0)) return *found;
    }
  }
  return std::nullopt;
}

std::string Acceptance::Text() const {
  switch (kind_) {
    case Kind::kBits:
      return "bits";
    case Kind::kUlp:
      return StrCat(kUlpPrefix, ulp_);
    case Kind::kRelative:
      return StrCat(kRelativePrefix, relative_);
    case Kind::kTokens:
      return "tokens";
  }
  return {};
}

bool Acceptance::Accepts(const Parity& parity, double oracle_tolerance) const {
  if (kind_ == Kind::kBits) return parity.Matches(oracle_tolerance);
  if (!parity.Complete()) return false;
  switch (kind_) {
    case Kind::kUlp:
      return parity.finite && parity.max_ulp <= ulp_;
    case Kind::kRelative:  // false for NaN
      return parity.finite && parity.max_relative_error <= relative_;
    default:
      return true;
  }
}

bool Acceptance::AcceptsLogit(float expected, float oracle, float actual, double largest) const {
  switch (kind_) {
    case Kind::kUlp:
      return std::isfinite(actual) && UlpDistance(expected, actual) <= ulp_;
    case Kind::kRelative:
      return std::isfinite(actual) && RelativeError(oracle, actual, largest) <= relative_;
    default:
      return true;
  }
}

std::string Acceptance::Reached(const Parity& parity) const {
  if (!parity.finite) return "logits that are not finite";
  if (kind_ == Kind::kUlp || kind_ == Kind::kBits) return StrCat(parity.max_ulp, " ULP");
  return fmt::format("relative {:.3g}", parity.max_relative_error);
}

std::string Acceptance::Within(const Parity& parity) const {
  switch (kind_) {
    case Kind::kUlp:
      return StrCat("within ", ulp_, " ULP (reached ", parity.max_ulp, "), ", Tokens(parity));
    case Kind::kRelative:
      return fmt::format("within relative {} (reached {:.3g}), {}", relative_, parity.max_relative_error,
                         Tokens(parity));
    case Kind::kTokens:
      return StrCat(Tokens(parity), "; logits not judged: ", Reached(parity));
    default:
      return {};
  }
}

std::optional<Divergence> FirstBeyond(const GoldenTrace& trace, const Execution& execution,
                                      const Acceptance& acceptance) {
  if (acceptance.kind() == Acceptance::Kind::kBits) return std::nullopt;
  for (size_t c = 0; c < std::min(trace.cases.size(), execution.cases.size()); ++c) {
    const ExpectedCase& expected = trace.cases[c];
    const CaseExecution& actual = execution.cases[c];
    for (size_t i = 0; i < std::min(expected.steps.size(), actual.steps.size()); ++i) {
      if (actual.steps[i].token != expected.steps[i].token) break;
      Divergence found;
      found.case_index = c;
      found.step = i;
      if (IsBeyond(expected.steps[i], actual.steps[i], acceptance, &found)) return found;
      if (IsWrongToken(expected, actual, i, &found)) return found;
    }
  }
  return std::nullopt;
}

}  // namespace atome::harness
