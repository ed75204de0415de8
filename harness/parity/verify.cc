#include "harness/parity/verify.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "harness/base/parallel.h"
#include "harness/parity/result_digest.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

Task TaskOf(const GoldenTrace& trace) {
  Task task;
  task.variant = trace.variant;
  for (const ExpectedCase& each : trace.cases) {
    task.prompts.push_back(each.prompt);
    task.generate = std::max(task.generate, static_cast<uint32_t>(each.generated.size()));
  }
  return task;
}

// Mean of a figure over every step of every case.
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

// Runs again with taps to name the op that left the trace; keeps the logits' divergence when that does not
// reproduce.
void Localise(const VerifyModel& subject, const Runner& runner, Task task, Divergence* divergence) {
  task.taps = true;
  const Execution execution = runner.Run(subject.model, task);
  const Parity parity = Compare(subject.trace, execution);
  if (parity.divergence.has_value()) {
    *divergence = *parity.divergence;
  } else if (execution.status == ExecutionStatus::kComplete) {
    divergence->note = StrCat(execution.build, " with taps agrees with the trace, so the op cannot be named");
  } else {
    divergence->note = StrCat("the run with taps failed: ", execution.message);
  }
}

void FillParity(const VerifyModel& subject, const Runner& runner, const Task& task,
                const Execution& execution, Cell* cell) {
  Parity parity = Compare(subject.trace, execution);
  cell->tokens_matched = static_cast<uint32_t>(parity.tokens_matched);
  cell->tokens_total = static_cast<uint32_t>(parity.tokens_total);
  if (parity.steps_compared > 0) {
    cell->max_ulp = parity.max_ulp;
    // Not finite when the runner's logits are not, or when the oracle's are all zero: no figure to print.
    if (std::isfinite(parity.max_abs_error)) cell->max_abs_error = parity.max_abs_error;
    if (std::isfinite(parity.max_relative_error)) cell->max_relative_error = parity.max_relative_error;
  }
  const bool ran = cell->status == CellStatus::kPass || cell->status == CellStatus::kMismatch;
  if (!ran || parity.Matches(subject.trace.oracle_tolerance)) return;
  cell->status = CellStatus::kMismatch;
  if (parity.divergence.has_value()) {
    if (!task.taps) Localise(subject, runner, task, &*parity.divergence);
    cell->divergence = parity.divergence;
    cell->message = parity.divergence->Describe();
  } else if (!cell->message.empty()) {  // the engine refused a step, and nothing differs before it
  } else if (parity.tokens_matched != parity.tokens_total || parity.steps_compared != parity.steps_total) {
    cell->message = StrCat("no logit differs, but only ", parity.tokens_matched, " of ", parity.tokens_total,
                           " tokens and ", parity.steps_compared, " of ", parity.steps_total, " steps agree");
  } else {
    cell->message = StrCat("largest |delta| to the oracle is ", parity.max_relative_error,
                           " of the largest |logit|; the trace allows ", subject.trace.oracle_tolerance);
  }
}

// Every absent figure gets its reason.
void ExplainAbsent(const Runner& runner, Cell* cell) {
  const std::string failed = cell->message.empty() ? "the cell did not complete" : cell->message;
  const auto explain = [&](bool absent, const char* figure, std::string_view reason) {
    if (absent) cell->unavailable[figure] = std::string(reason);
  };
  explain(!cell->tokens_matched, "tokens_matched", failed);
  explain(!cell->tokens_total, "tokens_total", failed);
  explain(!cell->max_ulp, "max_ulp", failed);
  explain(!cell->max_abs_error, "max_abs_error", failed);
  explain(!cell->max_relative_error, "max_relative_error", failed);
  const std::string_view uncounted = runner.WhyNoInstructions().empty() ? failed : runner.WhyNoInstructions();
  explain(!cell->instructions_per_token, "instructions_per_token",
          cell->instructions_total ? "the firmware's marks are not two a step" : uncounted);
  explain(!cell->instructions_total, "instructions_total", uncounted);
  explain(!cell->cycles_per_token, "cycles_per_token",
          cell->cycles_total ? "the firmware's marks are not two a step" : uncounted);
  explain(!cell->cycles_total, "cycles_total", uncounted);
  explain(!cell->state_bytes, "state_bytes", failed);
  explain(!cell->logits_sha256, "logits_sha256", failed);
}

Cell RunCell(const VerifyModel& subject, const Runner& runner, bool taps) {
  Cell cell;
  cell.runner = runner.name();
  cell.core = runner.core();
  cell.model = subject.model.Name();
  cell.variant = VariantName(subject.trace.variant);
  cell.note = runner.note();
  cell.build_kind = runner.build_kind();
  cell.taps = taps;
  Task task = TaskOf(subject.trace);
  task.taps = taps || runner.TapsAreFree();
  const Execution execution = runner.Run(subject.model, task);
  cell.model_sha256 = subject.model.sha256;
  cell.build = execution.build;
  cell.build_sha256 = execution.build_sha256;
  cell.status = StatusOf(execution.status);
  cell.message = execution.message;
  cell.state_bytes = execution.state_bytes;
  cell.instructions_total = execution.instructions_total;
  cell.cycles_total = execution.cycles_total;
  cell.cycles_depend_on_data = execution.cycles_depend_on_data;
  if (cell.cycles_total) cell.cycles_basis = execution.cycles_by_operands ? "operands" : "blocks";
  if (execution.status == ExecutionStatus::kComplete) {
    cell.instructions_per_token = MeanOf(execution, &Step::instructions);
    cell.cycles_per_token = MeanOf(execution, &Step::cycles);
    cell.logits_sha256 = ResultSha256(execution);
  }
  for (const CaseExecution& each : execution.cases) cell.step_digests.push_back(StepDigests(each));
  if (execution.status == ExecutionStatus::kComplete || !execution.cases.empty()) {
    FillParity(subject, runner, task, execution, &cell);
  }
  ExplainAbsent(runner, &cell);
  return cell;
}

Cell CrashedCell(const VerifyModel& subject, const Runner& runner, bool taps, const char* what) {
  Cell cell;
  cell.runner = runner.name();
  cell.core = runner.core();
  cell.model = subject.model.Name();
  cell.variant = VariantName(subject.trace.variant);
  cell.model_sha256 = subject.model.sha256;
  cell.build_kind = runner.build_kind();
  cell.taps = taps;
  cell.status = CellStatus::kCrashed;
  cell.message = StrCat("the runner threw: ", what);
  ExplainAbsent(runner, &cell);
  return cell;
}

// A mismatched cell learns whether others went wrong the same way.
void CompareResults(std::vector<Cell>& row) {
  for (Cell& each : row) {
    if (each.status != CellStatus::kMismatch || !each.logits_sha256) continue;
    size_t same = 0, run = 0;
    for (const Cell& other : row) {
      if (&other == &each || !other.logits_sha256) continue;
      ++run;
      if (other.logits_sha256 == each.logits_sha256) ++same;
    }
    if (run > 0)
      StrAppend(&each.message, "; same bits as ", same, " of the ", run, " other runs of this model");
  }
}

// Why two cells that ran the same firmware cannot both be right; empty when they can.
std::string CountsDiffer(const Cell& one, const Cell& other) {
  const auto differ = [&](const std::optional<uint64_t>& a, const std::optional<uint64_t>& b,
                          std::string_view what) {
    return a && b && *a != *b ? StrCat("counts ", *a, " ", what, " in all, ", other.runner, " counts ", *b)
                              : std::string();
  };
  std::string text = differ(one.instructions_total, other.instructions_total, "instructions");
  const bool same_cycles =
      one.cycles_basis == other.cycles_basis || (!one.cycles_depend_on_data && !other.cycles_depend_on_data);
  if (text.empty() && same_cycles) text = differ(one.cycles_total, other.cycles_total, "cycles");
  return text;
}

// Two emulators that ran the same firmware must count the same.
void CompareCounts(std::vector<Cell>& row) {
  for (Cell& each : row) {
    for (const Cell& other : row) {
      if (each.core != other.core || each.build != other.build || each.status != CellStatus::kPass ||
          each.runner <= other.runner) {
        continue;
      }
      const std::string difference = CountsDiffer(each, other);
      if (difference.empty()) continue;
      each.status = CellStatus::kMismatch;
      each.message = difference;
    }
  }
}

}  // namespace

std::vector<Cell> Verify(const std::vector<VerifyModel>& models,
                         const std::vector<std::unique_ptr<Runner>>& runners, const VerifyOptions& options) {
  struct Place {
    const VerifyModel* subject;
    const Runner* runner;
    size_t row, column;
  };
  std::vector<std::vector<Cell>> rows(models.size());
  std::vector<Place> places;
  for (size_t row = 0; row < models.size(); ++row) {
    for (const std::unique_ptr<Runner>& runner : runners) {
      if (!runner->Knows(models[row].trace.variant)) continue;
      places.push_back({&models[row], runner.get(), row, rows[row].size()});
      rows[row].emplace_back();
    }
  }
  const auto run = [&](size_t index) {
    const Place& place = places[index];
    Cell& result = rows[place.row][place.column];
    try {
      result = RunCell(*place.subject, *place.runner, options.taps);
    } catch (const std::exception& error) {  // out of memory: this cell's loss, not the others'
      result = CrashedCell(*place.subject, *place.runner, options.taps, error.what());
    }
  };
  ForEachIndex(places.size(), options.jobs, run, [&](size_t done, size_t index) {
    const Place& place = places[index];
    if (options.progress) options.progress(done, places.size(), rows[place.row][place.column]);
  });

  std::vector<Cell> cells;
  for (std::vector<Cell>& row : rows) {
    CompareResults(row);
    CompareCounts(row);
    std::ranges::move(row, std::back_inserter(cells));
  }
  return cells;
}

}  // namespace atome::harness
