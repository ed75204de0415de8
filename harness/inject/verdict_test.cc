#include "harness/inject/verdict.h"

#include <gtest/gtest.h>

#include <cmath>

namespace atome::harness {
namespace {

using emulation::FaultKind;

Step StepOf(uint32_t token, std::vector<float> logits) {
  Step step;
  step.token = token;
  step.logits = std::move(logits);
  return step;
}

// Two steps, which generate 7 and 9.
Execution Clean() {
  Execution execution;
  execution.outcome = Outcome::kPass;
  execution.cases.push_back({.steps = {StepOf(1, {0.5f, 1}), StepOf(7, {2, -0.0f})}, .generated = {7, 9}});
  return execution;
}

FirmwareRun Ended(emulation::Outcome outcome, int exit_code = 0) {
  FirmwareRun run;
  run.execution = Clean();
  run.machine.outcome = outcome;
  run.machine.exit_code = exit_code;
  run.machine.message = "how it ended";
  return run;
}

Verdict VerdictOn(const FirmwareRun& run) { return Judge(run, Clean())->verdict; }

TEST(Verdict, TheSameBitsAreMasked) {
  const Judgement judgement = *Judge(Ended(emulation::Outcome::kExited), Clean());
  EXPECT_EQ(judgement.verdict, Verdict::kMasked);
  EXPECT_EQ(judgement.why, "");
}

TEST(Verdict, ALogitIsParityHoweverLittleItDiffers) {
  FirmwareRun run = Ended(emulation::Outcome::kExited);
  run.execution.cases[0].steps[1].logits[1] = 0.0f;  // not -0
  const Judgement judgement = *Judge(run, Clean());
  EXPECT_EQ(judgement.verdict, Verdict::kParity);
  EXPECT_EQ(judgement.why, "logits differ from step 1 on");
  run.execution.cases[0].steps[0].logits[0] = std::nextafterf(0.5f, 1);
  EXPECT_EQ(Judge(run, Clean())->why, "logits differ from step 0 on");
  FirmwareRun same_not_a_number = Ended(emulation::Outcome::kExited);
  Execution clean = Clean();
  clean.cases[0].steps[0].logits[0] = same_not_a_number.execution.cases[0].steps[0].logits[0] = std::nanf("");
  EXPECT_EQ(Judge(same_not_a_number, clean)->verdict, Verdict::kMasked);
}

TEST(Verdict, AWrongTokenWithExitCode0IsSilent) {
  FirmwareRun run = Ended(emulation::Outcome::kExited);
  run.execution.cases[0].generated[1] = 8;
  run.execution.cases[0].steps[0].logits[0] = 4;
  const Judgement judgement = *Judge(run, Clean());
  EXPECT_EQ(judgement.verdict, Verdict::kSilent);
  EXPECT_EQ(judgement.why, "generated token 1 is 8, not 9");
  run.machine.exit_code = 1;
  EXPECT_EQ(VerdictOn(run), Verdict::kCheck) << "the firmware says that something is wrong";
}

TEST(Verdict, AnAnswerThatBreaksTheProtocolIsGarbled) {
  FirmwareRun run = Ended(emulation::Outcome::kExited);
  run.execution.outcome = Outcome::kCrashed;
  run.execution.message = "its output ends early";
  run.execution.cases.clear();
  EXPECT_EQ(VerdictOn(run), Verdict::kGarbled);
  run.machine.exit_code = 3;
  EXPECT_EQ(VerdictOn(run), Verdict::kCheck);
}

TEST(Verdict, LimitsAndSleepAreHangs) {
  EXPECT_EQ(VerdictOn(Ended(emulation::Outcome::kInstructionLimit)), Verdict::kHang);
  EXPECT_EQ(VerdictOn(Ended(emulation::Outcome::kTimeLimit)), Verdict::kHang);
  for (const FaultKind kind : {FaultKind::kSleep, FaultKind::kConsoleInput, FaultKind::kOutputLimit,
                               FaultKind::kMarkLimit, FaultKind::kCodeLimit}) {
    FirmwareRun run = Ended(emulation::Outcome::kFault);
    run.machine.fault.emplace().code = kind;
    EXPECT_EQ(VerdictOn(run), Verdict::kHang);
  }
}

TEST(Verdict, WhatTheCoreRefusesIsAFault) {
  for (const FaultKind kind :
       {FaultKind::kUndefinedInstruction, FaultKind::kUnmappedRead, FaultKind::kUnaligned,
        FaultKind::kFlashWrite, FaultKind::kBreakpoint, FaultKind::kSystemReset}) {
    FirmwareRun run = Ended(emulation::Outcome::kFault);
    run.machine.fault.emplace().code = kind;
    EXPECT_EQ(VerdictOn(run), Verdict::kFault);
  }
}

TEST(Verdict, AnEmulatorThatFailsSaysNothing) {
  for (const emulation::Outcome outcome :
       {emulation::Outcome::kCrashed, emulation::Outcome::kRejected, emulation::Outcome::kToolMissing})
    EXPECT_FALSE(Judge(Ended(outcome), Clean()));
}

TEST(Tally, CountsByVerdict) {
  Tally tally;
  for (const Verdict verdict : {Verdict::kSilent, Verdict::kMasked, Verdict::kSilent}) tally.Add(verdict);
  EXPECT_EQ(tally.Of(Verdict::kSilent), 2u);
  EXPECT_EQ(tally.Of(Verdict::kMasked), 1u);
  EXPECT_EQ(tally.Of(Verdict::kHang), 0u);
  EXPECT_EQ(tally.All(), 3u);
}

}  // namespace
}  // namespace atome::harness
