// How close to its golden trace a run must be.
#ifndef ATOME_HARNESS_PARITY_ACCEPTANCE_H_
#define ATOME_HARNESS_PARITY_ACCEPTANCE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/parity/comparison.h"

namespace atome::harness {

// All of them want every token of the trace, and every step, so that there is something to compare.
class Acceptance {
 public:
  enum class Kind {
    kBits,      // every logit has the bits of the trace's
    kUlp,       // every logit is finite, and at most N ULP from the trace's
    kRelative,  // |logit - oracle| of every logit is at most X of its step's largest |oracle logit|
    kTokens,    // logits are told, not judged
  };
  static constexpr uint32_t kMostUlp = 1u << 24;

  // Bits.
  Acceptance() = default;

  // "bits", "ulp:N" with N from 1 to kMostUlp, "relative:X" with 0 < X <= 1, "tokens". The error says what is
  // wrong with `text` and what may stand there.
  static Result<Acceptance> Parse(std::string_view text);
  // The least relative tolerance of one digit, from 1e-9 to 0.9, that accepts `parity`; nothing when none
  // does.
  static std::optional<Acceptance> Tightest(const Parity& parity);
  // What Parse reads back as the same: "relative:1e-05".
  std::string Text() const;

  Kind kind() const { return kind_; }

  // Whether `parity` is close enough. Of kBits that is what Parity::Matches says, which also holds the
  // trace's tolerance to the oracle.
  bool Accepts(const Parity& parity, double oracle_tolerance) const;
  // Whether one logit is; `largest` is the step's largest |oracle logit|.
  bool AcceptsLogit(float expected, float oracle, float actual, double largest) const;
  // How close it was, in the terms in which this judges: "3 ULP", "relative 3.2e-07".
  std::string Reached(const Parity& parity) const;
  // Of a run that is close enough: "within relative 1e-05 (reached 3.2e-07), 48/48 tokens".
  std::string Within(const Parity& parity) const;

 private:
  Acceptance(Kind kind, uint32_t ulp, double relative) : kind_(kind), ulp_(ulp), relative_(relative) {}

  Kind kind_ = Kind::kBits;
  uint32_t ulp_ = 0;     // of kUlp
  double relative_ = 0;  // of kRelative
};

// The first value that is not close enough, in order of case and step, or the first token that is wrong. It
// notes its distance to the oracle, and what was asked. Nothing when there is none, and for kBits, whose
// first difference Compare names.
std::optional<Divergence> FirstBeyond(const GoldenTrace& trace, const Execution& execution,
                                      const Acceptance& acceptance);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARITY_ACCEPTANCE_H_
