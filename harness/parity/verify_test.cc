#include "harness/parity/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "harness/parity/result_digest.h"
#include "harness/testing/small_trace.h"

namespace atome::harness {
namespace {

using report::Cell;
using report::Quantity;

using testing::AgreeingExecution;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::SmallTrace;
using ::testing::StartsWith;

using Answer = std::function<Execution(const Model&, const Task&)>;

class FakeRunner final : public Runner {
 public:
  FakeRunner(std::string name, std::string core, Answer answer)
      : name_(std::move(name)), core_(std::move(core)), answer_(std::move(answer)) {}

  std::string_view name() const override { return name_; }
  std::string_view core() const override { return core_; }
  Execution Run(const Model& model, const Task& task) const override { return answer_(model, task); }
  std::string_view WhyNoInstructions() const override { return why_no_instructions; }
  bool Knows(Variant variant) const override { return !only || variant == *only; }

  std::string detail() const override { return detailed; }
  std::string_view note() const override { return noted; }

  std::string why_no_instructions, detailed, noted;
  std::optional<Variant> only;

 private:
  std::string name_, core_;
  Answer answer_;
};

using Runners = std::vector<std::unique_ptr<Runner>>;

VerifyModel Subject(const std::string& name = "a") { return {{"dir/" + name, "", "", {}}, SmallTrace()}; }

Answer Agrees() {
  return [](const Model&, const Task& task) { return AgreeingExecution(SmallTrace(), task.taps); };
}

// Agrees with the trace; `total` instructions, 10 a step.
Answer Counts(uint64_t total, const std::string& build = "same.elf") {
  return [=](const Model&, const Task& task) {
    Execution execution = AgreeingExecution(SmallTrace(), task.taps);
    execution.build = build;
    execution.instructions_total = total;
    for (CaseExecution& each : execution.cases) {
      for (Step& step : each.steps) step.instructions = 10;
    }
    return execution;
  };
}

// As Counts, with cycles on this basis.
Answer Cycles(uint64_t total, bool by_operands, bool depend_on_data) {
  return [=](const Model& model, const Task& task) {
    Execution execution = Counts(100)(model, task);
    execution.cycles_total = total;
    execution.cycles_by_operands = by_operands;
    execution.cycles_depend_on_data = depend_on_data;
    for (CaseExecution& each : execution.cases) {
      for (Step& step : each.steps) step.cycles = 20;
    }
    return execution;
  };
}

Answer Fails(Outcome status) {
  return [=](const Model&, const Task&) {
    Execution execution;
    execution.outcome = status;
    execution.message = "why it failed";
    return execution;
  };
}

ExitCode CodeOf(const std::vector<Cell>& cells) { return ExitCodeOf(report::WorstOf(cells)); }

// The cells of one model on these runners.
std::vector<Cell> Cells(std::initializer_list<std::pair<const char*, Answer>> answers, unsigned jobs = 1) {
  Runners runners;
  for (const auto& [name, answer] : answers)
    runners.push_back(std::make_unique<FakeRunner>(name, "m3", answer));
  return Verify({Subject()}, runners, {.jobs = jobs, .taps = false, .progress = {}});
}

TEST(Verify, AgreementPasses) {
  const std::vector<Cell> cells = Cells({{"native", Agrees()}});
  ASSERT_EQ(cells.size(), 1u);
  const Cell& cell = cells[0];
  EXPECT_EQ(cell.outcome, Outcome::kPass);
  EXPECT_EQ(cell.message, "");
  EXPECT_EQ(cell.key.model, "a");
  EXPECT_EQ(cell.build, "fake");
  EXPECT_EQ(cell.Count(Quantity::kTokensMatched), 6u);
  EXPECT_EQ(cell.Count(Quantity::kTokensTotal), 6u);
  EXPECT_EQ(cell.Count(Quantity::kMaxUlp), 0u);
  EXPECT_EQ(cell.Number(Quantity::kMaxAbsError), 0);
  EXPECT_EQ(cell.Count(Quantity::kStateBytes), 1000u);
  EXPECT_FALSE(cell.divergence.has_value());
}

TEST(Verify, AsksForAllPromptsAndTheLongestContinuation) {
  Task asked;
  VerifyModel subject = Subject();
  subject.trace.cases[1].generated.pop_back();
  subject.trace.cases[1].steps.pop_back();
  Runners runners;
  runners.push_back(std::make_unique<FakeRunner>("native", "host", [&asked](const Model&, const Task& task) {
    asked = task;
    return AgreeingExecution(SmallTrace(), task.taps);
  }));
  const std::vector<Cell> cells = Verify({subject}, runners, {});
  EXPECT_THAT(asked.prompts, ElementsAre(ElementsAre(0, 1), ElementsAre(3)));
  EXPECT_EQ(asked.generate, 3u);
  EXPECT_FALSE(asked.taps);
  EXPECT_EQ(cells[0].outcome, Outcome::kPass);
  EXPECT_EQ(cells[0].Count(Quantity::kTokensTotal), 5u);
}

TEST(Verify, OrderOfCellsIsThatOfModelsAndRunnersWhateverTheJobs) {
  for (unsigned jobs : {1u, 2u, 3u, 8u, 100u}) {
    std::vector<VerifyModel> models;
    for (const char* name : {"x", "y", "z"}) models.push_back(Subject(name));
    Runners runners;
    int delay = 5;
    for (const char* name : {"one", "two", "three", "four"}) {
      // The first runners are the slowest, so they end last.
      runners.push_back(std::make_unique<FakeRunner>(name, "m3", [delay](const Model&, const Task& task) {
        std::this_thread::sleep_for(std::chrono::milliseconds(delay));
        return AgreeingExecution(SmallTrace(), task.taps);
      }));
      --delay;
    }
    std::vector<std::string> places;
    for (const Cell& cell : Verify(models, runners, {.jobs = jobs, .taps = false, .progress = {}}))
      places.push_back(cell.key.model + " " + cell.key.runner);
    EXPECT_THAT(places, ElementsAre("x one", "x two", "x three", "x four", "y one", "y two", "y three",
                                    "y four", "z one", "z two", "z three", "z four"));
  }
}

TEST(Verify, ReportsProgressOnceACell) {
  Runners runners;
  for (int i = 0; i < 5; ++i) runners.push_back(std::make_unique<FakeRunner>("r", "m3", Agrees()));
  std::vector<size_t> done;
  std::set<size_t> totals;
  Verify({Subject("x"), Subject("y")}, runners,
         {.jobs = 4, .taps = false, .progress = [&](size_t now, size_t total, const Cell&) {
            done.push_back(now);
            totals.insert(total);
          }});
  EXPECT_THAT(done, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  EXPECT_THAT(totals, ElementsAre(10));
}

TEST(Verify, NoModelsOrNoRunners) {
  EXPECT_THAT(Verify({}, Runners{}, {.jobs = 4, .taps = false, .progress = {}}), IsEmpty());
  EXPECT_THAT(Verify({Subject()}, Runners{}, {.jobs = 4, .taps = false, .progress = {}}), IsEmpty());
}

TEST(Verify, NoCellForAVariantThatARunnerDoesNotKnow) {
  auto one = std::make_unique<FakeRunner>("one", "m3", Agrees());
  one->only = Variant::kF32;
  Runners runners;
  runners.push_back(std::move(one));
  runners.push_back(std::make_unique<FakeRunner>("two", "m3", Agrees()));
  VerifyModel other = Subject();
  other.trace.variant = Variant::kQ15;
  std::vector<std::string> ran;
  for (const Cell& cell : Verify({other, Subject()}, runners, {.jobs = 2, .taps = false, .progress = {}}))
    ran.push_back(cell.key.runner + " " + cell.key.variant);
  EXPECT_THAT(ran, ElementsAre("two q15", "one f32", "two f32"));
}

TEST(Verify, FailedExecutions) {
  const std::vector<Cell> cells = Cells(
      {{"r", Fails(Outcome::kError)}, {"c", Fails(Outcome::kCrashed)}, {"m", Fails(Outcome::kMissing)}});
  EXPECT_EQ(cells[0].outcome, Outcome::kError);
  EXPECT_EQ(cells[1].outcome, Outcome::kCrashed);
  EXPECT_EQ(cells[2].outcome, Outcome::kMissing);
  for (const Cell& cell : cells) {
    EXPECT_EQ(cell.message, "why it failed");
    EXPECT_FALSE(cell.Count(Quantity::kTokensMatched).has_value());
    for (const Quantity quantity :
         {Quantity::kTokensMatched, Quantity::kTokensTotal, Quantity::kMaxUlp, Quantity::kMaxAbsError,
          Quantity::kMaxRelativeError, Quantity::kInstructionsPerToken, Quantity::kInstructionsTotal,
          Quantity::kStateBytes}) {
      ASSERT_TRUE(cell.unavailable.contains(quantity)) << report::NameOf(quantity);
      EXPECT_EQ(cell.unavailable.at(quantity), "why it failed");
    }
  }
}

// The trace proves that the model runs, so an engine that refuses a step is wrong, not the model.
TEST(Verify, ARefusedStepIsAMismatch) {
  const std::vector<Cell> cells = Cells({{"r", Fails(Outcome::kMismatch)}});
  EXPECT_EQ(cells[0].outcome, Outcome::kMismatch);
  EXPECT_EQ(cells[0].message, "why it failed");
  EXPECT_EQ(CodeOf(cells), kFailed);
}

TEST(Verify, ARunnerThatThrowsLosesItsCellOnly) {
  const std::vector<Cell> cells = Cells(
      {{"throws", [](const Model&, const Task&) -> Execution { throw std::runtime_error("no memory"); }},
       {"agrees", Agrees()}},
      2);
  EXPECT_EQ(cells[0].outcome, Outcome::kCrashed);
  EXPECT_THAT(cells[0].message, ::testing::HasSubstr("no memory"));
  EXPECT_EQ(cells[1].outcome, Outcome::kPass);
}

TEST(Verify, ACrashKeepsWhatWasComputedBefore) {
  const std::vector<Cell> cells = Cells({{"unicorn", [](const Model&, const Task&) {
                                            Execution execution = AgreeingExecution(SmallTrace(), false);
                                            execution.outcome = Outcome::kCrashed;
                                            execution.message = "fault";
                                            execution.cases.pop_back();
                                            return execution;
                                          }}});
  EXPECT_EQ(cells[0].outcome, Outcome::kCrashed);
  EXPECT_EQ(cells[0].Count(Quantity::kTokensMatched), 3u);
  EXPECT_EQ(cells[0].Count(Quantity::kTokensTotal), 6u);
  EXPECT_EQ(cells[0].Count(Quantity::kMaxUlp), 0u);
}

TEST(Verify, AbsentInstructionsHaveTheRunnersReason) {
  Runners runners;
  auto runner = std::make_unique<FakeRunner>("native", "host", Agrees());
  runner->why_no_instructions = "not counted here";
  runners.push_back(std::move(runner));
  const Cell cell = Verify({Subject()}, runners, {})[0];
  EXPECT_EQ(cell.unavailable.size(), 4u);
  EXPECT_EQ(cell.unavailable.at(Quantity::kCyclesPerToken), "not counted here");
  EXPECT_EQ(cell.unavailable.at(Quantity::kInstructionsPerToken), "not counted here");
  EXPECT_EQ(cell.unavailable.at(Quantity::kInstructionsTotal), "not counted here");
}

TEST(Verify, MeanInstructionsNeedEveryStep) {
  EXPECT_EQ(Cells({{"unicorn", Counts(100)}})[0].Number(Quantity::kInstructionsPerToken), 10);
  const Cell cell = Cells({{"unicorn", [](const Model& model, const Task& task) {
                              Execution execution = Counts(100)(model, task);
                              execution.cases[1].steps[2].instructions.reset();
                              return execution;
                            }}})[0];
  EXPECT_FALSE(cell.Number(Quantity::kInstructionsPerToken).has_value());
  EXPECT_TRUE(cell.unavailable.contains(Quantity::kInstructionsPerToken));
  EXPECT_EQ(cell.Count(Quantity::kInstructionsTotal), 100u);
}

// The last logit of case 0, step 1 is wrong; with taps, the sparse output before it is wrong too.
Answer Diverges(bool taps_too) {
  return [=](const Model&, const Task& task) {
    Execution execution = AgreeingExecution(SmallTrace(), task.taps);
    execution.cases[0].steps[1].logits[3] += 1;
    if (task.taps && taps_too) execution.cases[0].steps[1].taps[1].values[0] += 1;
    return execution;
  };
}

TEST(Verify, ADivergenceIsLocalisedWithTaps) {
  const Cell cell = Cells({{"native", Diverges(true)}})[0];
  EXPECT_EQ(cell.outcome, Outcome::kMismatch);
  ASSERT_TRUE(cell.divergence.has_value());
  EXPECT_EQ(cell.divergence->case_index, 0u);
  EXPECT_EQ(cell.divergence->step, 1u);
  EXPECT_EQ(cell.divergence->op, ATOME_OP_SPARSE);
  EXPECT_EQ(cell.divergence->layer, 0);
  EXPECT_EQ(cell.divergence->index, 0u);
  EXPECT_THAT(cell.message, StartsWith("case 0, step 1, layer 0, sparse, index 0: expected "));
  EXPECT_GT(cell.Count(Quantity::kMaxUlp).value_or(0), 0u);
}

TEST(Verify, ADivergenceThatTapsHideKeepsItsLogit) {
  const Cell cell = Cells({{"native", [](const Model& model, const Task& task) {
                              return task.taps ? Agrees()(model, task) : Diverges(false)(model, task);
                            }}})[0];
  EXPECT_EQ(cell.outcome, Outcome::kMismatch);
  EXPECT_EQ(cell.divergence->op, ATOME_OP_LOGITS);
  EXPECT_EQ(cell.divergence->index, 3u);
  EXPECT_THAT(cell.message, HasSubstr("with taps agrees with the trace, so the op cannot be named"));
}

TEST(Verify, ADivergenceWhoseRunWithTapsFails) {
  const Cell cell =
      Cells({{"native", [](const Model& model, const Task& task) {
                return task.taps ? Fails(Outcome::kMissing)(model, task) : Diverges(false)(model, task);
              }}})[0];
  EXPECT_EQ(cell.outcome, Outcome::kMismatch);
  EXPECT_THAT(cell.message, HasSubstr("the run with taps failed: why it failed"));
}

// The cell of a runner whose first logit of case 0, step 1 is so many ULP too high.
Cell Off(const char* acceptance, int ulp, std::string_view no_taps = {}, size_t* runs = nullptr) {
  VerifyModel subject = Subject();
  if (acceptance != nullptr) subject.acceptance = *Acceptance::Parse(acceptance);
  Runners runners;
  auto runner = std::make_unique<FakeRunner>("native", "m3", [=](const Model&, const Task& task) {
    if (runs != nullptr) ++*runs;
    Execution execution = AgreeingExecution(SmallTrace(), task.taps);
    execution.no_taps = no_taps;
    float& logit = execution.cases[0].steps[1].logits[0];
    for (int i = 0; i < ulp; ++i) logit = std::nextafter(logit, 1e9f);
    return execution;
  });
  runners.push_back(std::move(runner));
  return Verify({subject}, runners, {})[0];
}

TEST(Verify, WithinAToleranceIsAnOutcomeOfItsOwn) {
  const Cell within = Off("ulp:4", 4);
  EXPECT_EQ(within.outcome, Outcome::kWithin);
  EXPECT_TRUE(within.passed());
  EXPECT_EQ(within.message, "within 4 ULP (reached 4), 6/6 tokens");
  EXPECT_EQ(within.Text(Quantity::kAccepted), "ulp:4");
  EXPECT_EQ(within.Text(Quantity::kReached), "4 ULP");
  EXPECT_FALSE(within.divergence.has_value());
  for (const auto& [quantity, why] : within.unavailable)
    EXPECT_EQ(why, "the runner does not tell it") << report::NameOf(quantity);
  EXPECT_EQ(CodeOf({within}), kPass);
  for (const char* acceptance : {"relative:1e-5", "tokens"})
    EXPECT_EQ(Off(acceptance, 4).outcome, Outcome::kWithin) << acceptance;
}

TEST(Verify, TheTracesBitsPassWhateverIsAccepted) {
  for (const char* acceptance : {"bits", "ulp:4", "relative:1e-5", "tokens"})
    EXPECT_EQ(Off(acceptance, 0).outcome, Outcome::kPass) << acceptance;
  EXPECT_EQ(Off("ulp:4", 0).Text(Quantity::kReached), "0 ULP");
  EXPECT_EQ(Off("bits", 0).Find(Quantity::kAccepted), nullptr);
}

TEST(Verify, BeyondTheToleranceTheValueIsNamedWithoutARunWithTaps) {
  size_t runs = 0;
  const Cell cell = Off("ulp:4", 5, {}, &runs);
  EXPECT_EQ(runs, 1u);
  EXPECT_EQ(cell.outcome, Outcome::kMismatch);
  ASSERT_TRUE(cell.divergence.has_value());
  EXPECT_EQ(cell.divergence->op, ATOME_OP_LOGITS);
  EXPECT_THAT(cell.message, AllOf(StartsWith("case 0, step 1, logits, index 0: expected "),
                                  HasSubstr("5 ULP: relative "), HasSubstr("accepted is ulp:4")));
  EXPECT_EQ(cell.Text(Quantity::kReached), "5 ULP");
}

TEST(Verify, AnEngineOfOthersLearnsWhichToleranceItPasses) {
  for (const char* detail : {"", "firmware naive.elf"}) {
    Runners runners;
    auto runner = std::make_unique<FakeRunner>("unicorn", "m3", [](const Model&, const Task& task) {
      Execution execution = AgreeingExecution(SmallTrace(), task.taps);
      execution.no_taps = "it has none";
      execution.cases[0].steps[1].logits[0] *= 1.0001f;
      return execution;
    });
    runner->detailed = detail;
    runners.push_back(std::move(runner));
    const Cell cell = Verify({Subject()}, runners, {})[0];
    EXPECT_EQ(cell.outcome, Outcome::kMismatch);
    const auto hint = HasSubstr("; it would pass --accept relative:");
    EXPECT_THAT(cell.message, *detail == 0 ? ::testing::Matcher<std::string>(Not(hint)) : hint);
  }
}

TEST(Verify, LocalisesOnlyWhereARunWithTapsHasAny) {
  for (const char* no_taps : {"", "it has none"}) {
    size_t runs = 0;
    const Cell cell = Off(nullptr, 1, no_taps, &runs);
    EXPECT_EQ(cell.outcome, Outcome::kMismatch);
    EXPECT_EQ(runs, *no_taps == 0 ? 2u : 1u);
    if (*no_taps != 0) EXPECT_EQ(cell.divergence->note, "it has none, so the op cannot be named");
  }
}

TEST(Verify, AnEngineOfAnotherVariantIsHeldToTheTrace) {
  VerifyModel subject = Subject();
  subject.variant = Variant::kQ15;
  Task asked;
  Runners runners;
  runners.push_back(std::make_unique<FakeRunner>("native", "host", [&asked](const Model&, const Task& task) {
    asked = task;
    return AgreeingExecution(SmallTrace(), task.taps);
  }));
  const Cell cell = Verify({subject}, runners, {})[0];
  EXPECT_EQ(asked.variant, Variant::kQ15);
  EXPECT_EQ(cell.key.variant, "q15");
  EXPECT_EQ(cell.key.detail, "against f32");
}

TEST(Verify, AMismatchLearnsWhoElseWentWrongTheSameWay) {
  const std::vector<Cell> cells = Cells({{"native", Diverges(true)},
                                         {"unicorn", Diverges(true)},
                                         {"qemu", Agrees()},
                                         {"other", Fails(Outcome::kCrashed)}});
  EXPECT_THAT(cells[0].message, HasSubstr("same bits as 1 of the 2 other runs"));
  EXPECT_EQ(cells[2].message, "");
}

TEST(Verify, AnOracleTooFarAwayIsAMismatch) {
  VerifyModel subject = Subject();
  subject.trace.cases[0].steps[0].oracle_logits[0] *= 1.01f;
  Runners runners;
  runners.push_back(std::make_unique<FakeRunner>("native", "host", Agrees()));
  const Cell cell = Verify({subject}, runners, {})[0];
  EXPECT_EQ(cell.outcome, Outcome::kMismatch);
  EXPECT_EQ(cell.Count(Quantity::kMaxUlp), 0u);
  EXPECT_FALSE(cell.divergence.has_value());
  EXPECT_THAT(cell.message, AllOf(HasSubstr("oracle"), HasSubstr("the trace allows 1e-06")));
}

TEST(Verify, AWrongTokenAfterRightLogitsIsAMismatchThatSaysSo) {
  const Cell cell = Cells({{"unicorn", [](const Model&, const Task& task) {
                              Execution execution = AgreeingExecution(SmallTrace(), task.taps);
                              execution.cases[1].generated[2] = 3;
                              return execution;
                            }}})[0];
  EXPECT_EQ(cell.outcome, Outcome::kMismatch);
  EXPECT_EQ(cell.Count(Quantity::kTokensMatched), 5u);
  EXPECT_THAT(cell.message, AllOf(HasSubstr("token"), Not(HasSubstr("oracle"))));
}

// A runner that says "complete" must have answered everything.
TEST(Verify, AnEmptyOrCutAnswerNeverPasses) {
  const auto cut = [](auto change) {
    return [=](const Model&, const Task& task) {
      Execution execution = AgreeingExecution(SmallTrace(), task.taps);
      change(&execution);
      return execution;
    };
  };
  const std::vector<Cell> cells = Cells({
      {"no case", cut([](Execution* e) { e->cases.clear(); })},
      {"one case", cut([](Execution* e) { e->cases.pop_back(); })},
      {"no step", cut([](Execution* e) {
         for (auto& each : e->cases) each.steps.clear();
       })},
      {"a step less", cut([](Execution* e) { e->cases[1].steps.pop_back(); })},
      {"no token", cut([](Execution* e) {
         for (auto& each : e->cases) each.generated.clear();
       })},
      {"no logits", cut([](Execution* e) { e->cases[0].steps[1].logits.clear(); })},
  });
  for (const Cell& cell : cells) {
    EXPECT_EQ(cell.outcome, Outcome::kMismatch) << cell.key.runner;
    EXPECT_THAT(cell.message, AllOf(Not(IsEmpty()), Not(HasSubstr("oracle")))) << cell.key.runner;
  }
}

TEST(Verify, TwoEmulatorsMustModelTheSameCyclesWhereTheyKnowTheSame) {
  const auto verdict = [](Answer one, Answer other) {
    return CodeOf(Cells({{"unicorn", std::move(one)}, {"qemu", std::move(other)}}));
  };
  EXPECT_EQ(verdict(Cycles(200, true, false), Cycles(200, false, false)), kPass);
  EXPECT_EQ(verdict(Cycles(200, true, false), Cycles(201, false, false)), kFailed);
  EXPECT_EQ(verdict(Cycles(200, true, true), Cycles(201, false, true)), kPass) << "one knows more";
  EXPECT_EQ(verdict(Cycles(200, false, true), Cycles(201, false, true)), kFailed);
  const Cell cell = Cells({{"unicorn", Cycles(200, true, true)}})[0];
  EXPECT_EQ(cell.Number(Quantity::kCyclesPerToken), 20);
  EXPECT_EQ(cell.Count(Quantity::kCyclesTotal), 200u);
  EXPECT_EQ(cell.Text(Quantity::kCyclesBasis), "operands");
}

TEST(Verify, TwoEmulatorsMustCountAlike) {
  const std::vector<Cell> cells =
      Cells({{"unicorn", Counts(100)}, {"qemu", Counts(101)}, {"native", Agrees()}});
  size_t mismatches = 0;
  for (const Cell& cell : cells) {
    if (cell.outcome == Outcome::kPass) continue;
    ++mismatches;
    EXPECT_EQ(cell.outcome, Outcome::kMismatch);
    EXPECT_THAT(cell.message, AllOf(HasSubstr("100"), HasSubstr("101"), HasSubstr("instructions")));
  }
  EXPECT_EQ(mismatches, 1u);
  EXPECT_EQ(CodeOf(cells), kFailed);
}

TEST(Verify, EqualCountsPass) {
  EXPECT_EQ(CodeOf(Cells({{"unicorn", Counts(100)}, {"qemu", Counts(100)}})), kPass);
}

TEST(Verify, OtherBuildsAndCoresMayCountDifferently) {
  EXPECT_EQ(CodeOf(Cells({{"unicorn", Counts(100, "one.elf")}, {"qemu", Counts(101, "two.elf")}})), kPass);
  Runners runners;
  runners.push_back(std::make_unique<FakeRunner>("unicorn", "m3", Counts(100)));
  runners.push_back(std::make_unique<FakeRunner>("qemu", "m4", Counts(101)));
  EXPECT_EQ(CodeOf(Verify({Subject()}, runners, {})), kPass);
}

// Agrees with the trace, 10 instructions and 20 cycles a step; then `change` is made.
template <class Change>
Answer Changed(Change change) {
  return [=](const Model& model, const Task& task) {
    Execution execution = Cycles(200, false, false)(model, task);
    change(&execution);
    return execution;
  };
}

TEST(Verify, ACellWithoutAStepHasNoErrors) {
  for (const char* accepted : {"bits", "ulp:4"}) {
    VerifyModel subject = Subject();
    subject.acceptance = *Acceptance::Parse(accepted);
    Runners runners;
    runners.push_back(std::make_unique<FakeRunner>("unicorn", "m3", [](const Model&, const Task&) {
      Execution execution;
      execution.message = "fault";
      execution.cases.emplace_back();
      return execution;
    }));
    const Cell cell = Verify({subject}, runners, {})[0];
    EXPECT_EQ(cell.outcome, Outcome::kCrashed);
    EXPECT_EQ(cell.Count(Quantity::kTokensMatched), 0u);
    for (const Quantity quantity : {Quantity::kMaxUlp, Quantity::kMaxAbsError, Quantity::kMaxRelativeError}) {
      EXPECT_EQ(cell.Find(quantity), nullptr) << report::NameOf(quantity);
      EXPECT_EQ(cell.unavailable.at(quantity), "fault");
    }
    EXPECT_EQ(cell.Find(Quantity::kReached), nullptr);
  }
}

TEST(Verify, ARunThatHasTapsIsNotRepeatedToNameTheOp) {
  size_t runs = 0;
  Runners runners;
  runners.push_back(
      std::make_unique<FakeRunner>("native", "host", [&runs](const Model& model, const Task& task) {
        ++runs;
        return Diverges(true)(model, task);
      }));
  const Cell cell = Verify({Subject()}, runners, {.jobs = 1, .taps = true, .progress = {}})[0];
  EXPECT_EQ(runs, 1u);
  EXPECT_EQ(cell.divergence->op, ATOME_OP_SPARSE);
  EXPECT_EQ(cell.key.detail, "taps");
}

TEST(Verify, MeansAreOfRunsThatEnded) {
  const Cell cell = Cells({{"unicorn", Changed([](Execution* execution) {
                              execution->outcome = Outcome::kCrashed;
                              execution->message = "fault";
                              for (CaseExecution& each : execution->cases) {
                                for (Step& step : each.steps) step.measured_cycles = 30;
                              }
                            })}})[0];
  EXPECT_EQ(cell.unavailable.at(Quantity::kInstructionsPerToken), "fault");
  EXPECT_EQ(cell.unavailable.at(Quantity::kCyclesPerToken), "fault");
  EXPECT_EQ(cell.Find(Quantity::kMeasuredCyclesPerToken), nullptr);
  EXPECT_EQ(cell.Count(Quantity::kCyclesTotal), 200u) << "counted up to the fault";
}

TEST(Verify, AnAbsentMeanHasTheReasonThatFits) {
  const auto why = [](auto change) {
    return Cells({{"qemu", Changed(change)}})[0].unavailable.at(Quantity::kInstructionsPerToken);
  };
  const auto no_steps = [](Execution* execution) {
    for (CaseExecution& each : execution->cases) {
      for (Step& step : each.steps) step.instructions.reset();
    }
  };
  EXPECT_EQ(why([=](Execution* execution) {
              no_steps(execution);
              execution->no_step_counts = "only the whole is counted";
            }),
            "only the whole is counted");
  EXPECT_EQ(why([=](Execution* execution) {
              no_steps(execution);
              execution->no_step_counts = "only the whole is counted";
              execution->instructions_total.reset();
            }),
            "the runner does not tell it")
      << "the whole is not counted either";
  EXPECT_EQ(why(no_steps), "the runner does not tell it");
}

TEST(Verify, WhatWasMeasuredAndThroughWhat) {
  const Cell measured = Cells({{"probe", Changed([](Execution* execution) {
                                  for (CaseExecution& each : execution->cases) {
                                    for (size_t i = 0; i < each.steps.size(); ++i)
                                      each.steps[i].measured_cycles = 30 + 2 * i;
                                  }
                                  execution->measured_through = "OpenOCD";
                                })}})[0];
  // Steps 0 to 3 and 0 to 2: 30, 32, 34, 36 and 30, 32, 34.
  EXPECT_EQ(measured.Number(Quantity::kMeasuredCyclesPerToken), 228.0 / 7);
  EXPECT_EQ(measured.Text(Quantity::kMeasuredThrough), "OpenOCD");
  const Cell other = Cells({{"unicorn", Counts(100)}})[0];
  EXPECT_EQ(other.Find(Quantity::kMeasuredCyclesPerToken), nullptr);
  EXPECT_EQ(other.Find(Quantity::kMeasuredThrough), nullptr);
  EXPECT_EQ(other.Find(Quantity::kCyclesBasis), nullptr) << "no cycles, so no basis of them";
}

TEST(Verify, NotesOfTheRunnerAndOfTheBuildStandSideBySide) {
  const auto note = [](const char* of_runner, const char* of_build) {
    Runners runners;
    auto runner = std::make_unique<FakeRunner>(
        "unicorn", "m3", Changed([of_build](Execution* execution) { execution->build_note = of_build; }));
    runner->noted = of_runner;
    runner->detailed = "firmware naive.elf";
    runners.push_back(std::move(runner));
    const Cell cell = Verify({Subject()}, runners, {})[0];
    EXPECT_EQ(cell.key.detail, "firmware naive.elf");
    return cell.note;
  };
  EXPECT_EQ(note("", ""), "");
  EXPECT_EQ(note("nearest machine", ""), "nearest machine");
  EXPECT_EQ(note("", "generic firmware"), "generic firmware");
  EXPECT_EQ(note("nearest machine", "generic firmware"), "nearest machine; generic firmware");
}

TEST(Verify, EachCaseHasTheDigestsOfItsSteps) {
  const Execution execution = AgreeingExecution(SmallTrace(), false);
  const Cell cell = Cells({{"native", Agrees()}})[0];
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(cell.Text(Quantity::kStepDigests, {report::PartKind::kCase, std::to_string(i)}),
              StepDigests(execution.cases[i]));
  }
}

TEST(Verify, ARunnerThatThrowsHasNoCosts) {
  const Cell cell = Cells(
      {{"throws", [](const Model&, const Task&) -> Execution { throw std::runtime_error("no memory"); }}})[0];
  for (const Quantity quantity : {Quantity::kInstructionsPerToken, Quantity::kInstructionsTotal,
                                  Quantity::kCyclesPerToken, Quantity::kCyclesTotal, Quantity::kStateBytes})
    EXPECT_EQ(cell.unavailable.at(quantity), "the runner threw: no memory") << report::NameOf(quantity);
}

TEST(Verify, AMismatchThatRanAloneIsComparedWithNoOther) {
  EXPECT_THAT(Cells({{"native", Diverges(true)}})[0].message, Not(HasSubstr("same bits")));
}

TEST(Verify, CyclesThatDependOnDataInOneRunMayDiffer) {
  const auto verdict = [](Answer one, Answer other) {
    return CodeOf(Cells({{"unicorn", std::move(one)}, {"qemu", std::move(other)}}));
  };
  EXPECT_EQ(verdict(Cycles(200, true, true), Cycles(201, false, false)), kPass);
  EXPECT_EQ(verdict(Cycles(200, false, false), Cycles(201, true, true)), kPass);
}

}  // namespace
}  // namespace atome::harness
