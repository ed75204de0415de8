#include "harness/inject/verdict.h"

#include <bit>
#include <numeric>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

using emulation::FaultKind;

constexpr std::string_view kNames[] = {"masked", "parity", "check", "fault", "hang", "garbled", "silent"};
static_assert(std::size(kNames) == std::size(kVerdicts));

// Faults that only an emulator has: on silicon the firmware goes on, or stands still.
bool IsEndless(const std::optional<emulation::Fault>& fault) {
  if (!fault) return false;
  switch (fault->code) {
    case FaultKind::kSleep:
    case FaultKind::kConsoleInput:
    case FaultKind::kOutputLimit:
    case FaultKind::kMarkLimit:
    case FaultKind::kCodeLimit:
      return true;
    default:
      return false;
  }
}

bool SameBits(const std::vector<float>& a, const std::vector<float>& b) {
  return std::ranges::equal(
      a, b, [](float x, float y) { return std::bit_cast<uint32_t>(x) == std::bit_cast<uint32_t>(y); });
}

std::string WrongToken(size_t index, uint32_t token, uint32_t wanted) {
  return StrCat("generated token ", index, " is ", token, ", not ", wanted);
}

}  // namespace

std::string_view VerdictName(Verdict verdict) { return kNames[static_cast<size_t>(verdict)]; }

uint64_t Tally::All() const { return std::accumulate(counts.begin(), counts.end(), uint64_t{0}); }

Judgement JudgeAnswer(const Execution& execution, const Execution& clean) {
  std::string why;
  for (size_t k = 0; k < clean.cases.size(); ++k) {
    const CaseExecution &wanted = clean.cases[k], &got = execution.cases[k];
    for (size_t i = 0; i < wanted.generated.size(); ++i) {
      if (got.generated[i] != wanted.generated[i])
        return {Verdict::kSilent, WrongToken(i, got.generated[i], wanted.generated[i])};
    }
    for (size_t i = 0; i < wanted.steps.size() && why.empty(); ++i) {
      if (got.steps[i].token != wanted.steps[i].token)
        why = StrCat("step ", i, " says that it consumed another token");
      else if (!SameBits(got.steps[i].logits, wanted.steps[i].logits))
        why = StrCat("logits differ from step ", i, " on");
    }
  }
  const Verdict verdict = why.empty() ? Verdict::kMasked : Verdict::kParity;
  return {verdict, std::move(why)};
}

std::optional<Judgement> Judge(const FirmwareRun& run, const Execution& clean) {
  const emulation::RunResult& machine = run.machine;
  switch (machine.outcome) {
    case emulation::Outcome::kExited:
      break;
    case emulation::Outcome::kFault:
      return Judgement{IsEndless(machine.fault) ? Verdict::kHang : Verdict::kFault, DescribeFailure(machine)};
    case emulation::Outcome::kInstructionLimit:
    case emulation::Outcome::kTimeLimit:
      return Judgement{Verdict::kHang, machine.message};
    default:
      return std::nullopt;
  }
  if (machine.exit_code != 0) {
    const std::string& why = run.execution.message;
    return Judgement{Verdict::kCheck, why.empty() ? StrCat("exit code ", machine.exit_code) : why};
  }
  if (run.execution.outcome != Outcome::kPass) return Judgement{Verdict::kGarbled, run.execution.message};
  return JudgeAnswer(run.execution, clean);
}

}  // namespace atome::harness
