// What became of a flip.
#ifndef ATOME_HARNESS_INJECT_VERDICT_H_
#define ATOME_HARNESS_INJECT_VERDICT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/run/execution.h"
#include "harness/run/firmware_runner.h"

namespace atome::harness {

enum class Verdict : uint8_t {
  kMasked,   // every token and logit has the bits that it should have
  kParity,   // the tokens are right, a logit is not: nobody sees it without a golden trace
  kCheck,    // the firmware says that something is wrong, with an exit code that is not 0
  kFault,    // the core faults
  kHang,     // it does not end: a limit of instructions, time or output, or it sleeps for ever
  kGarbled,  // it exits with 0, and its answer breaks the protocol, which its reader sees
  kSilent,   // it exits with 0, and a token is wrong
};
inline constexpr Verdict kVerdicts[] = {Verdict::kMasked, Verdict::kParity,  Verdict::kCheck, Verdict::kFault,
                                        Verdict::kHang,   Verdict::kGarbled, Verdict::kSilent};

// "masked", "parity", "check", "fault", "hang", "garbled", "silent".
std::string_view VerdictName(Verdict verdict);

struct Judgement {
  Verdict verdict = Verdict::kMasked;
  std::string why;  // one line: what was seen first; empty when masked
};

// Of an answer that is complete, compared with that of a run without flips: masked, parity or silent.
Judgement JudgeAnswer(const Execution& execution, const Execution& clean);
// Of a run of firmware. Nothing when the emulator failed or refused to run, which says nothing of the
// firmware.
std::optional<Judgement> Judge(const FirmwareRun& run, const Execution& clean);

// How many flips came to what.
struct Tally {
  std::array<uint64_t, std::size(kVerdicts)> counts{};

  void Add(Verdict verdict) { ++counts[static_cast<size_t>(verdict)]; }
  uint64_t Of(Verdict verdict) const { return counts[static_cast<size_t>(verdict)]; }
  uint64_t All() const;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_INJECT_VERDICT_H_
