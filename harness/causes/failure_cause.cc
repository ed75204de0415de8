#include "harness/causes/failure_cause.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "harness/base/table.h"
#include "harness/base/terminal.h"
#include "harness/base/text.h"
#include "harness/causes/place.h"
#include "harness/causes/summary.h"

namespace atome::harness::report {
namespace {

constexpr size_t kMostOfMessage = 120;

const Change& First(const Unit& unit) { return *unit.changes.front(); }
bool Vanished(const Unit& unit) { return First(unit).what == What::kCellVanished; }

const Cell* Side(const CellPair& cell, bool before) { return before ? cell.before : cell.after; }

// The cell that fails, or was there before.
const Cell* CellOf(const Unit& unit) {
  return Side(unit.cell, Vanished(unit) || unit.severity == Severity::kImprovement);
}

// "fault at 0x10 in cell 3" -> "fault at # in cell #", so that messages that differ in numbers are one.
std::string WithoutNumbers(std::string_view message) {
  message = message.substr(0, 4 * kMostOfMessage);
  const auto is_word = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  std::string text;
  while (!message.empty()) {
    size_t length = 0;
    bool has_digit = false;
    for (; length < message.size() && is_word(message[length]); ++length)
      has_digit = has_digit || (message[length] >= '0' && message[length] <= '9');
    const std::string_view word = message.substr(0, std::max<size_t>(length, 1));
    text += has_digit ? "#" : word;
    message.remove_prefix(word.size());
  }
  return text;
}

std::string MessageOf(const Unit& unit) {
  if (First(unit).what == What::kFigureVanished) return StrCat(First(unit).figure->Describe(), " vanished");
  const Cell* const cell = CellOf(unit);
  return cell == nullptr ? "" : StrCat(OutcomeName(cell->outcome), ": ", WithoutNumbers(cell->message));
}

// How many cells there are like those, by what these have in common.
size_t CountLike(const std::vector<const Key*>& keys, const CellIndex& cells, bool before) {
  std::vector<std::pair<std::string Key::*, const std::string*>> common;
  for (const KeyField& field : kKeyFields) {
    const std::string& value = keys.front()->*field.value;
    if (std::ranges::all_of(keys, [&](const Key* key) { return key->*field.value == value; }))
      common.emplace_back(field.value, &value);
  }
  return static_cast<size_t>(std::ranges::count_if(cells.pairs(), [&](const CellPair& pair) {
    const Cell* const cell = Side(pair, before);
    return cell != nullptr && cell->key.kind == keys.front()->kind &&
           std::ranges::all_of(common,
                               [&](const auto& field) { return cell->key.*field.first == *field.second; });
  }));
}

// "all 140 parity cells", "3 of 140 cells"; `kind` may be empty, and `all` absent: nobody counted.
std::string Share(size_t count, std::optional<size_t> all, std::string_view kind) {
  const std::string what =
      StrCat(" ", kind, kind.empty() ? "" : " ", count == 1 && all.value_or(1) == 1 ? "cell" : "cells");
  if (all && count < *all) return StrCat(Grouped(count), " of ", Grouped(*all), what);
  const std::string number = all && count > 1 ? StrCat("all ", Grouped(count)) : all ? "the" : Grouped(count);
  return number + what;
}

// Runners of which no cell came out otherwise.
std::set<std::pair<std::string, Outcome>> WholeRunners(const CellIndex& cells, bool before) {
  std::map<std::string, std::set<Outcome>> outcomes;
  for (const CellPair& pair : cells.pairs()) {
    if (const Cell* const cell = Side(pair, before); cell != nullptr && !cell->key.runner.empty())
      outcomes[cell->key.runner].insert(cell->outcome);
  }
  std::set<std::pair<std::string, Outcome>> whole;
  for (const auto& [runner, found] : outcomes) {
    if (found.size() == 1) whole.emplace(runner, *found.begin());
  }
  return whole;
}

}  // namespace

bool IsFailure(const Unit& unit) {
  switch (First(unit).what) {
    case What::kFails:
    case What::kStillFails:
    case What::kPassesAgain:
    case What::kOnlyWithin:
    case What::kToTheBit:
    case What::kCellVanished:
    case What::kFigureVanished:
    case What::kNothingCompared:
      return true;
    default:
      return false;
  }
}

std::vector<std::vector<Reason>> ReasonsOfFailures(const std::vector<const Unit*>& units,
                                                   const CellIndex& cells) {
  std::set<std::pair<std::string, Outcome>> whole;
  if (!units.empty()) whole = WholeRunners(cells, units.front()->severity == Severity::kImprovement);
  std::vector<std::vector<Reason>> all;
  for (const Unit* unit : units) {
    std::vector<Reason>& reasons = all.emplace_back();
    if (Vanished(*unit)) {
      reasons.push_back({0, StrCat("vanished ", NameOf(unit->key.kind))});
      continue;
    }
    reasons.push_back({0, MessageOf(*unit)});
    const Cell* const cell = CellOf(*unit);
    if (cell != nullptr && !cell->passed() && whole.contains({cell->key.runner, cell->outcome}))
      reasons.push_back({1, StrCat("runner ", cell->key.runner)});
  }
  return all;
}

void DescribeFailures(const std::vector<const Unit*>& group, const CellIndex& cells, bool count,
                      Cause* cause) {
  const auto rank = [](const Unit* unit) { return std::tuple(DistanceFromUsual(unit->key), unit->key); };
  const Unit& head = **std::ranges::min_element(group, {}, rank);
  std::vector<const Key*> keys;
  std::set<std::string> messages;
  for (const Unit* unit : group) {
    keys.push_back(&unit->key);
    messages.insert(MessageOf(*unit));
  }
  if (First(head).what == What::kNothingCompared) {
    cause->where = "report";
    cause->what = First(head).why;
    return;
  }
  const bool was = Vanished(head) || head.severity == Severity::kImprovement;
  const Cell* const cell = CellOf(head);
  const bool one = group.size() == 1;
  cause->where = one ? PlaceText(head.key) : CommonText(keys);
  if (one && !ShownRunner(head.key.runner).empty())
    cause->where = StrCat(ShownRunner(head.key.runner), " ", cause->where);
  std::string share;
  if (!one || Vanished(head)) {
    const std::optional<size_t> like = count ? std::optional(CountLike(keys, cells, was)) : std::nullopt;
    share = Share(keys.size(), like, Vanished(head) ? NameOf(head.key.kind) : "");
  }
  std::vector<std::string> pieces;
  if (Vanished(head)) {
    pieces = {StrCat(share, " vanished")};
  } else if (First(head).what == What::kFigureVanished) {
    pieces = {StrCat(MessageOf(head), ": ", CutTo(kMostOfMessage, First(head).why)), share};
  } else {
    const std::string message = cell->message.empty() ? "" : ": " + CutTo(kMostOfMessage, cell->message);
    const char* const before = head.severity == Severity::kImprovement ? "passes again; was "
                               : First(head).what == What::kStillFails ? "still "
                                                                       : "";
    pieces = {StrCat(before, OutcomeText(cell->outcome), message), share};
    if (messages.size() > 1) pieces.push_back(StrCat("and ", Plural(messages.size() - 1, "other message")));
  }
  std::erase(pieces, "");
  cause->what = Join(pieces, "; ");
  if (cause->severity != Severity::kImprovement && cell != nullptr) cause->next = cell->command;
}

}  // namespace atome::harness::report
