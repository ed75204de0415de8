#include "harness/parity/verify.h"

#include <algorithm>
#include <cmath>

#include "harness/base/parallel.h"
#include "harness/base/text.h"
#include "harness/parity/comparison.h"
#include "harness/parity/result_digest.h"

namespace atome::harness {
namespace {

using report::Cell;
using report::Quantity;

Task TaskOf(const VerifyModel& subject) {
  Task task;
  task.variant = subject.Runs();
  for (const ExpectedCase& each : subject.trace.cases) {
    task.prompts.push_back(each.prompt);
    task.generate = std::max(task.generate, static_cast<uint32_t>(each.generated.size()));
  }
  return task;
}

// The mean of a figure over all steps of all cases.
std::optional<double> MeanOf(const Execution& execution, std::optional<uint64_t> Step::*figure) {
  uint64_t sum = 0, steps = 0;
  for (const CaseExecution& each : execution.cases) {
    for (const Step& step : each.steps) {
      if (!(step.*figure).has_value()) return std::nullopt;
      sum += *(step.*figure);
      ++steps;
    }
  }
  if (steps == 0) return std::nullopt;
  return static_cast<double>(sum) / static_cast<double>(steps);
}

// Runs again with taps to name the op that left the trace. Keeps the logits' divergence when the run with
// taps agrees.
void Localise(const VerifyModel& subject, const Runner& runner, Task task, Divergence* divergence) {
  task.taps = true;
  const Execution execution = runner.Run(subject.model, task);
  const Parity parity = Compare(subject.trace, execution);
  if (parity.divergence.has_value()) {
    *divergence = *parity.divergence;
  } else if (execution.outcome == Outcome::kPass) {
    divergence->note = StrCat(execution.build, " with taps agrees with the trace, so the op cannot be named");
  } else {
    divergence->note = StrCat("the run with taps failed: ", execution.message);
  }
}

// A cell and its execution, until its row is compared.
struct Run {
  Cell cell;
  bool cycles_depend_on_data = false;
};

void FillParity(const VerifyModel& subject, const Runner& runner, const Task& task,
                const Execution& execution, Cell* cell) {
  Parity parity = Compare(subject.trace, execution);
  cell->Add(Quantity::kTokensMatched, parity.tokens_matched);
  cell->Add(Quantity::kTokensTotal, parity.tokens_total);
  if (parity.steps_compared > 0) {
    cell->Add(Quantity::kMaxUlp, parity.max_ulp);
    // May be infinite or NaN: when the runner's logits are, or when the oracle's are all zero.
    cell->Add(Quantity::kMaxAbsError, parity.max_abs_error);
    cell->Add(Quantity::kMaxRelativeError, parity.max_relative_error);
  }
  const Acceptance& acceptance = subject.acceptance;
  const bool bits = acceptance.kind() == Acceptance::Kind::kBits;
  if (!bits) {
    cell->Add(Quantity::kAccepted, acceptance.Text());
    if (parity.steps_compared > 0) cell->Add(Quantity::kReached, acceptance.Reached(parity));
  }
  const bool ran = cell->outcome == Outcome::kPass || cell->outcome == Outcome::kMismatch;
  const double oracle_tolerance = subject.trace.oracle_tolerance;
  if (!ran || parity.Matches(oracle_tolerance)) return;
  if (acceptance.Accepts(parity, oracle_tolerance))
    return cell->Fail(Outcome::kWithin, acceptance.Within(parity));
  cell->outcome = Outcome::kMismatch;
  if (!bits) parity.divergence = FirstBeyond(subject.trace, execution, acceptance);
  if (parity.divergence.has_value()) {
    if (bits && !execution.no_taps.empty()) {
      parity.divergence->note = StrCat(execution.no_taps, ", so the op cannot be named");
    } else if (bits && !task.taps) {
      Localise(subject, runner, task, &*parity.divergence);
    }
    cell->divergence = parity.divergence;
    cell->message = parity.divergence->Describe();
    if (bits && !runner.detail().empty()) {  // an engine of others, which may add in another order
      if (const std::optional<Acceptance> near = Acceptance::Tightest(parity))
        StrAppend(&cell->message, "; it would pass --accept ", near->Text());
    }
  } else if (!cell->message.empty()) {  // the engine refused a step; nothing differs before it
  } else if (parity.tokens_matched != parity.tokens_total || parity.steps_compared != parity.steps_total) {
    cell->message = StrCat(bits ? "no logit differs" : "no logit is beyond", ", but only ",
                           parity.tokens_matched, " of ", parity.tokens_total, " tokens and ",
                           parity.steps_compared, " of ", parity.steps_total, " steps agree");
  } else {
    cell->message = StrCat("largest |delta| to the oracle is ", parity.max_relative_error,
                           " of the largest |logit|; the trace allows ", oracle_tolerance);
  }
}

std::string WhyIncomplete(const Cell& cell) {
  if (cell.passed()) return "the runner does not tell it";
  return cell.message.empty() ? "the cell did not complete" : cell.message;
}

void FillCosts(const Runner& runner, const Execution& execution, Cell* cell) {
  const std::string failed = WhyIncomplete(*cell);
  const std::string_view uncounted = runner.WhyNoInstructions().empty() ? failed : runner.WhyNoInstructions();
  const bool complete = execution.outcome == Outcome::kPass;
  const auto add = [&](Quantity mean, std::optional<uint64_t> Step::*figure, Quantity total,
                       const std::optional<uint64_t>& of_all, std::string_view why_not) {
    cell->AddOr(mean, complete ? MeanOf(execution, figure) : std::nullopt,
                of_all && complete && !execution.no_step_counts.empty() ? execution.no_step_counts : why_not);
    cell->AddOr(total, of_all, why_not);
  };
  add(Quantity::kInstructionsPerToken, &Step::instructions, Quantity::kInstructionsTotal,
      execution.instructions_total, uncounted);
  add(Quantity::kCyclesPerToken, &Step::cycles, Quantity::kCyclesTotal, execution.cycles_total,
      execution.no_cycles.empty() ? uncounted : execution.no_cycles);
  if (execution.cycles_total)
    cell->Add(Quantity::kCyclesBasis, execution.cycles_by_operands ? "operands" : "blocks");
  if (const auto measured = complete ? MeanOf(execution, &Step::measured_cycles) : std::nullopt)
    cell->Add(Quantity::kMeasuredCyclesPerToken, *measured);
  if (!execution.measured_through.empty()) cell->Add(Quantity::kMeasuredThrough, execution.measured_through);
  cell->AddOr(Quantity::kStateBytes, execution.state_bytes,
              complete ? std::string_view("its banner does not say") : failed);
}

// Gives every absent figure of the comparison its reason.
void ExplainAbsent(Cell* cell) {
  const std::string failed = WhyIncomplete(*cell);
  for (const Quantity quantity :
       {Quantity::kTokensMatched, Quantity::kTokensTotal, Quantity::kMaxUlp, Quantity::kMaxAbsError,
        Quantity::kMaxRelativeError, Quantity::kLogitsSha256}) {
    if (cell->Find(quantity) == nullptr) cell->unavailable.try_emplace(quantity, failed);
  }
}

Cell NewCell(const VerifyModel& subject, const Runner& runner, bool taps) {
  Cell cell;
  cell.key.kind = report::Kind::kParity;
  cell.key.runner = runner.name();
  cell.key.core = runner.core();
  cell.key.board = runner.board();
  cell.key.model = subject.model.Name();
  cell.key.variant = VariantName(subject.Runs());
  cell.key.build_kind = runner.build_kind();
  std::vector<std::string> detail;
  if (!runner.detail().empty()) detail.push_back(runner.detail());
  if (taps) detail.emplace_back("taps");
  if (subject.Runs() != subject.trace.variant)
    detail.push_back(StrCat("against ", VariantName(subject.trace.variant)));
  cell.key.detail = Join(detail, ", ");
  cell.note = runner.note();
  cell.model_sha256 = subject.model.sha256;
  return cell;
}

Run RunCell(const VerifyModel& subject, const Runner& runner, bool taps) {
  Cell cell = NewCell(subject, runner, taps);
  Task task = TaskOf(subject);
  task.taps = taps || runner.TapsAreFree();
  const Execution execution = runner.Run(subject.model, task);
  cell.build = execution.build;
  cell.build_sha256 = execution.build_sha256;
  if (!execution.build_note.empty())
    StrAppend(&cell.note, cell.note.empty() ? "" : "; ", execution.build_note);
  cell.outcome = execution.outcome;
  cell.message = execution.message;
  const bool complete = execution.outcome == Outcome::kPass;
  if (complete || !execution.cases.empty()) FillParity(subject, runner, task, execution, &cell);
  FillCosts(runner, execution, &cell);
  if (complete) cell.Add(Quantity::kLogitsSha256, ResultSha256(execution));
  for (size_t i = 0; i < execution.cases.size(); ++i)
    cell.Add(Quantity::kStepDigests, StepDigests(execution.cases[i]), {report::PartKind::kCase, StrCat(i)});
  ExplainAbsent(&cell);
  return {std::move(cell), execution.cycles_depend_on_data};
}

Run CrashedRun(const VerifyModel& subject, const Runner& runner, bool taps, const char* what) {
  Cell cell = NewCell(subject, runner, taps);
  cell.Fail(Outcome::kCrashed, StrCat("the runner threw: ", what));
  FillCosts(runner, {}, &cell);
  ExplainAbsent(&cell);
  return {std::move(cell)};
}

// Tells a mismatched cell whether other runs have the same wrong bits.
void CompareResults(std::vector<Run>& row) {
  for (Run& each : row) {
    const std::string digest = each.cell.Text(Quantity::kLogitsSha256);
    if (each.cell.outcome != Outcome::kMismatch || digest.empty()) continue;
    size_t same = 0, run = 0;
    for (const Run& other : row) {
      const std::string others = other.cell.Text(Quantity::kLogitsSha256);
      if (&other == &each || others.empty()) continue;
      ++run;
      if (others == digest) ++same;
    }
    if (run > 0)
      StrAppend(&each.cell.message, "; same bits as ", same, " of the ", run, " other runs of this model");
  }
}

// How the counts of two runs of the same firmware contradict each other; empty when they do not.
std::string CountsDiffer(const Run& one, const Run& other) {
  const auto differ = [&](Quantity quantity, std::string_view what) {
    const std::optional<uint64_t> a = one.cell.Count(quantity), b = other.cell.Count(quantity);
    return a && b && *a != *b
               ? StrCat("counts ", *a, " ", what, " in all, ", other.cell.key.runner, " counts ", *b)
               : std::string();
  };
  std::string text = differ(Quantity::kInstructionsTotal, "instructions");
  const bool same_cycles = one.cell.Text(Quantity::kCyclesBasis) == other.cell.Text(Quantity::kCyclesBasis) ||
                           (!one.cycles_depend_on_data && !other.cycles_depend_on_data);
  if (text.empty() && same_cycles) text = differ(Quantity::kCyclesTotal, "cycles");
  return text;
}

// Two emulators that ran the same firmware must count the same.
void CompareCounts(std::vector<Run>& row) {
  for (Run& each : row) {
    for (const Run& other : row) {
      if (each.cell.key.core != other.cell.key.core || each.cell.build != other.cell.build ||
          !each.cell.passed() || each.cell.key.runner <= other.cell.key.runner) {
        continue;
      }
      if (std::string difference = CountsDiffer(each, other); !difference.empty())
        each.cell.Fail(Outcome::kMismatch, std::move(difference));
    }
  }
}

}  // namespace

std::vector<report::Cell> Verify(const std::vector<VerifyModel>& models,
                                 const std::vector<std::unique_ptr<Runner>>& runners,
                                 const VerifyOptions& options) {
  struct Place {
    const VerifyModel* subject;
    const Runner* runner;
    size_t row, column;
  };
  std::vector<std::vector<Run>> rows(models.size());
  std::vector<Place> places;
  for (size_t row = 0; row < models.size(); ++row) {
    for (const std::unique_ptr<Runner>& runner : runners) {
      if (!runner->Knows(models[row].Runs())) continue;
      places.push_back({&models[row], runner.get(), row, rows[row].size()});
      rows[row].emplace_back();
    }
  }
  const auto run = [&](size_t index) {
    const Place& place = places[index];
    Run& result = rows[place.row][place.column];
    try {
      result = RunCell(*place.subject, *place.runner, options.taps);
    } catch (const std::exception& error) {  // out of memory, say: only this cell fails
      result = CrashedRun(*place.subject, *place.runner, options.taps, error.what());
    }
  };
  ForEachIndex(places.size(), options.jobs, run, [&](size_t done, size_t index) {
    const Place& place = places[index];
    if (options.progress) options.progress(done, places.size(), rows[place.row][place.column].cell);
  });

  std::vector<report::Cell> cells;
  for (std::vector<Run>& row : rows) {
    CompareResults(row);
    CompareCounts(row);
    for (Run& each : row) cells.push_back(std::move(each.cell));
  }
  return cells;
}

}  // namespace atome::harness
