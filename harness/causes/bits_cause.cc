#include "harness/causes/bits_cause.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "harness/base/terminal.h"
#include "harness/base/text.h"
#include "harness/causes/place.h"
#include "harness/diff/explain.h"

namespace atome::harness::report {
namespace {

constexpr size_t kMostOfMessage = 100;
constexpr std::string_view kNative = "native", kUnicorn = "unicorn", kQemu = "qemu";

// The cell whose bits are wrong, or were before it passed again.
const Cell& WrongCell(const Unit& unit) {
  const bool was = unit.severity == Severity::kImprovement && unit.cell.before != nullptr;
  return was ? *unit.cell.before : *unit.cell.after;
}

const Divergence* DivergenceOf(const Unit& unit) {
  const std::optional<Divergence>& divergence = WrongCell(unit).divergence;
  return divergence ? &*divergence : nullptr;
}

bool NamesOp(const Divergence* divergence) {
  return divergence != nullptr && divergence->op != ATOME_OP_LOGITS;
}

std::optional<CaseStep> FirstStep(const Unit& unit) {
  if (const Divergence* divergence = DivergenceOf(unit))
    return CaseStep{StrCat(divergence->case_index), divergence->step};
  return FirstDifferentStep(unit.cell);
}

Key WithRunner(Key key, std::string_view runner, std::string_view core) {
  key.runner = runner;
  key.core = core;
  return key;
}

enum class State { kAbsent, kPasses, kFails };

State StateOf(const CellIndex& cells, const Key& key) {
  const Cell* const cell = cells.Find(key).after;
  return cell == nullptr ? State::kAbsent : cell->passed() ? State::kPasses : State::kFails;
}

State StateOfOther(const CellIndex& cells, const Key& key) {
  const std::string_view other = key.runner == kUnicorn ? kQemu : key.runner == kQemu ? kUnicorn : "";
  return other.empty() ? State::kAbsent : StateOf(cells, WithRunner(key, other, key.core));
}

// Whether the other emulator has it right, or of the library's two engines the plain one.
bool IsAlone(const Unit& unit, const CellIndex& cells) {
  if (unit.severity == Severity::kImprovement || unit.cell.after->passed()) return false;
  if (unit.key.runner == kNative && unit.key.core == "host-simd")
    return StateOf(cells, WithRunner(unit.key, kNative, "host")) == State::kPasses;
  return StateOfOther(cells, unit.key) == State::kPasses;
}

// The file of this name holds another model than before.
bool HasOtherModel(const Unit& unit) {
  const auto& [before, after] = unit.cell;
  return before != nullptr && after != nullptr && before->model_sha256 != after->model_sha256;
}

std::string StepName(const Unit& unit, const CaseStep& step) {
  return StrCat(unit.key.model, "/", unit.key.variant, "/", step.name, "/", step.step);
}

std::string PlaceOf(const Divergence& divergence) {
  std::string text;
  if (divergence.case_index > 0) StrAppend(&text, "case ", divergence.case_index, ", ");
  StrAppend(&text, "step ", divergence.step);
  if (divergence.layer != kNoLayer) StrAppend(&text, ", layer ", divergence.layer);
  StrAppend(&text, ", ", OpName(divergence.op));
  if (divergence.index) StrAppend(&text, "[", *divergence.index, "]");
  return text;
}

// Where it is wrong, or what else is known.
std::string PlaceOf(const Unit& unit) {
  if (const Divergence* divergence = DivergenceOf(unit)) return PlaceOf(*divergence);
  const std::string& message = WrongCell(unit).message;
  if (const std::optional<CaseStep> step = FirstDifferentStep(unit.cell)) {
    const std::string of_case = step->name == "0" ? "" : StrCat("case ", step->name, ", ");
    return StrCat(of_case, "step ", step->step, ": other logits or tokens");
  }
  if (!message.empty()) return CutTo(kMostOfMessage, message);
  const Change& change = *unit.changes.front();
  return change.figure ? StrCat(change.figure->Describe(), " ", change.before, " -> ", change.after)
                       : std::string(OutcomeText(WrongCell(unit).outcome));
}

std::string Both(std::string_view runner, std::string_view other) {
  return StrCat(ShownRunner(runner), " alone, ", ShownRunner(other),
                " passes, so the emulator or its machine");
}

// Of cells that fail: which runners agree, and what follows from that.
std::string Verdict(const std::vector<const Unit*>& group, const CellIndex& cells) {
  size_t native = 0, simd = 0, same = 0, other_bits = 0, unicorn_alone = 0, qemu_alone = 0, unknown = 0;
  bool native_passes = false, native_fails = false;
  for (const Unit* unit : group) {
    const Key& key = unit->key;
    if (key.runner == kNative) {
      ++(key.core == "host-simd" ? simd : native);
      continue;
    }
    Key library = WithRunner(key, kNative, "host");
    library.build_kind = "";
    const State by_library = StateOf(cells, library);
    native_passes = native_passes || by_library == State::kPasses;
    native_fails = native_fails || by_library == State::kFails;
    const State by_other = StateOfOther(cells, key);
    if (by_other == State::kPasses) {
      ++(key.runner == kUnicorn ? unicorn_alone : qemu_alone);
    } else if (by_other == State::kFails) {
      const Cell* const other =
          cells.Find(WithRunner(key, key.runner == kUnicorn ? kQemu : kUnicorn, key.core)).after;
      const bool equal =
          unit->cell.after->Text(Quantity::kLogitsSha256) == other->Text(Quantity::kLogitsSha256);
      ++(equal ? same : other_bits);
    } else {
      ++unknown;
    }
  }
  const size_t firmware = same + other_bits + unicorn_alone + qemu_alone + unknown;
  if (firmware == 0) return native == 0 ? "SIMD engine alone" : "native library alone";
  if (native > 0 || native_fails) return "all runners, so the engine or the trace";
  if (same == firmware) return "Unicorn = QEMU, so firmware, not emulator";
  if (unicorn_alone == firmware) return Both(kUnicorn, kQemu);
  if (qemu_alone == firmware) return Both(kQemu, kUnicorn);
  if (unknown == firmware) {
    const std::string ran = StrCat("only ", ShownRunner(group.front()->key.runner), " ran it");
    return native_passes ? ran + ", native passes" : ran;
  }
  if (other_bits > 0) return "Unicorn and QEMU have other bits each";
  return StrCat("Unicorn = QEMU in ", same, " of ", firmware, " cells");
}

}  // namespace

std::vector<std::vector<Reason>> ReasonsOfBits(const std::vector<const Unit*>& units,
                                               const CellIndex& cells) {
  enum Rank { kAlone, kExact, kOp, kStep, kVariant };
  std::map<std::string, std::set<std::string>> ops_of_step;
  std::vector<std::vector<Reason>> all;
  for (const Unit* unit : units) {
    std::vector<Reason>& reasons = all.emplace_back();
    if (HasOtherModel(*unit)) {
      reasons.push_back({kAlone, "model " + unit->key.model});
      continue;
    }
    if (IsAlone(*unit, cells)) {
      reasons.push_back({kAlone, StrCat(unit->key.runner, " ", unit->key.runner == kNative ? "simd" : "")});
      continue;
    }
    const Divergence* const divergence = DivergenceOf(*unit);
    if (divergence != nullptr) {
      const std::string index = divergence->index ? StrCat(*divergence->index) : "";
      reasons.push_back({kExact, StrCat(divergence->case_index, "/", divergence->step, "/", divergence->layer,
                                        "/", OpName(divergence->op), "/", index)});
    }
    const std::optional<CaseStep> step = FirstStep(*unit);
    if (step) reasons.push_back({kStep, StepName(*unit, *step)});
    if (NamesOp(divergence)) {
      reasons.push_back({kOp, StrCat(unit->key.variant, "/", OpName(divergence->op))});
      if (step) ops_of_step[StepName(*unit, *step)].insert(reasons.back().name);
    } else {
      reasons.push_back({kVariant, unit->key.variant});
    }
  }
  // A run without taps does not name the op; another of the same model from the same step on does.
  for (std::vector<Reason>& reasons : all) {
    const auto step = std::ranges::find(reasons, int{kStep}, &Reason::rank);
    if (step == reasons.end()) continue;
    const auto ops = ops_of_step.find(step->name);
    if (ops == ops_of_step.end()) continue;
    for (const std::string& op : ops->second) reasons.push_back({kOp, op});
  }
  return all;
}

const Unit& HeadOfBits(const std::vector<const Unit*>& group) {
  const auto rank = [](const Unit* unit) {
    const Divergence* const divergence = DivergenceOf(*unit);
    return std::tuple(!NamesOp(divergence), divergence == nullptr || !divergence->index,
                      unit->key.runner != kUnicorn, DistanceFromUsual(unit->key), unit->key);
  };
  return **std::ranges::min_element(group, {}, rank);
}

std::string WhatOfBits(const std::vector<const Unit*>& group, const Unit& head, const CellIndex& cells) {
  if (head.cell.after == nullptr) return PlaceOf(head);
  const Cell& after = *head.cell.after;
  if (head.severity == Severity::kImprovement) {
    if (after.outcome == Outcome::kPass && head.cell.before != nullptr && !head.cell.before->passed())
      return StrCat("passes again; was: ", PlaceOf(head));
    return after.outcome == Outcome::kPass ? StrCat("to the bit again; ", PlaceOf(head)) : PlaceOf(head);
  }
  if (after.outcome == Outcome::kPass) {
    return StrCat(PlaceOf(head), HasOtherModel(head) ? "; the file has another model"
                                                     : "; it passes, so the golden trace is another");
  }
  if (after.outcome == Outcome::kWithin) return StrCat("no longer to the bit; ", PlaceOf(head));
  const bool still = head.changes.front()->what == What::kStillFails;
  return StrCat(still ? "still wrong: " : "", PlaceOf(head), "; ", Verdict(group, cells));
}

}  // namespace atome::harness::report
