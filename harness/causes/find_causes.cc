#include "harness/causes/find_causes.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "harness/causes/bits_cause.h"
#include "harness/causes/failure_cause.h"
#include "harness/causes/figure_cause.h"
#include "harness/causes/place.h"

namespace atome::harness::report {
namespace {

// Units of one severity and kind, all failures or all figures that moved.
using Units = std::vector<const Unit*>;

// Failures of a kind, up to which cells like theirs are counted; a report may have as many as cells.
constexpr size_t kMostCounted = 1000;

char MarkOf(const Unit& unit) {
  if (unit.severity == Severity::kImprovement) return 'v';
  switch (unit.kind) {
    case CauseKind::kBits:
    case CauseKind::kCrash:
    case CauseKind::kMissing:
    case CauseKind::kCheck:
    case CauseKind::kFit:
      return 'x';
    case CauseKind::kBudget:
      return unit.changes.front()->what == What::kEmptyBudget ? 'x' : '^';
    default:
      return '^';
  }
}

class Finder {
 public:
  Finder(const std::vector<Change>& changes, const CellIndex& cells) : changes_(changes), cells_(cells) {}

  std::vector<Cause> Find() {
    const std::vector<Unit> units = UnitsOf(changes_, cells_);
    std::map<std::tuple<CauseKind, Severity, bool>, Units> by_kind;
    for (const Unit& unit : units) by_kind[{unit.kind, unit.severity, IsFailure(unit)}].push_back(&unit);
    for (const auto& [of, group] : by_kind) {
      const auto& [kind, severity, is_failure] = of;
      if (kind == CauseKind::kBits) {
        AddBits(group);
      } else if (is_failure) {
        AddFailures(group);
      } else {
        AddFigures(group);
      }
    }
    static constexpr std::string_view kMarks = "x^v";
    std::ranges::stable_sort(causes_, [](const Cause& a, const Cause& b) {
      const auto rank = [](const Cause& cause) { return std::tuple(kMarks.find(cause.mark), cause.kind); };
      return rank(a) != rank(b) ? rank(a) < rank(b) : a.changes.size() > b.changes.size();
    });
    return std::move(causes_);
  }

 private:
  Cause& Add(const Units& units) {
    Cause& cause = causes_.emplace_back();
    const Unit& first = *units.front();
    cause.severity = first.severity;
    cause.kind = first.kind;
    cause.mark = MarkOf(first);
    std::set<Key> keys;
    for (const Unit* unit : units) {
      keys.insert(unit->key);
      for (const Change* change : unit->changes)
        cause.changes.push_back(static_cast<size_t>(change - changes_.data()));
    }
    cause.cells = keys.size();
    std::ranges::sort(cause.changes);
    return cause;
  }

  static Units Chosen(const Units& from, const std::vector<size_t>& which) {
    Units units;
    for (const size_t i : which) units.push_back(from[i]);
    return units;
  }

  void AddBits(const Units& units) {
    for (const Covered& covered : Cover(ReasonsOfBits(units, cells_))) {
      const Units group = Chosen(units, covered.things);
      Cause& cause = Add(group);
      const Unit& head = HeadOfBits(group);
      std::vector<const Key*> keys;
      for (const Unit* unit : group) keys.push_back(&unit->key);
      const std::string also = AlsoText(head.key, keys);
      cause.where = PlaceText(head.key);
      cause.what = WhatOfBits(group, head, cells_) + (also.empty() ? "" : "; " + also);
      const Cell* const cell = head.cell.after;
      if (cause.severity == Severity::kImprovement || cell == nullptr || cell->command.empty()) continue;
      const bool taps = cell->passed() || cell->command.find(" --taps") != std::string::npos;
      cause.next = cell->command + (taps ? "" : " --taps");
    }
  }

  void AddFailures(const Units& units) {
    const std::vector<Covered> groups = Cover(ReasonsOfFailures(units, cells_));
    for (const Covered& covered : groups) {
      const Units group = Chosen(units, covered.things);
      DescribeFailures(group, cells_, groups.size() <= kMostCounted, &Add(group));
    }
  }

  void AddFigures(const Units& units) {
    std::vector<Explained> explained;
    std::vector<std::vector<Reason>> reasons;
    for (const Unit* unit : units) {
      explained.push_back({unit, BehindOf(*unit, cells_)});
      reasons.push_back(ReasonsOfFigures(explained.back()));
    }
    std::vector<Covered> groups = Cover(reasons);
    AddUnexplained(units, reasons, &groups);
    for (const Covered& covered : groups) {
      std::vector<const Explained*> group;
      for (const size_t i : covered.things) group.push_back(&explained[i]);
      DescribeFigures(group, covered.reason.name, &Add(Chosen(units, covered.things)));
    }
  }

  // Units of which nothing is known go to the group of those that are most like them, else they are one
  // group.
  static void AddUnexplained(const Units& units, const std::vector<std::vector<Reason>>& reasons,
                             std::vector<Covered>* groups) {
    // By model and variant; of several groups the first, which is the largest.
    std::map<std::pair<std::string, std::string>, size_t> by_model;
    std::map<std::string, size_t> by_variant;
    for (size_t g = 0; g < groups->size(); ++g) {
      for (const size_t i : (*groups)[g].things) {
        by_model.emplace(std::pair(units[i]->key.model, units[i]->key.variant), g);
        by_variant.emplace(units[i]->key.variant, g);
      }
    }
    Covered rest;
    for (size_t i = 0; i < units.size(); ++i) {
      if (!reasons[i].empty()) continue;
      const Key& key = units[i]->key;
      const auto like = by_model.find({key.model, key.variant});
      const auto near = by_variant.find(key.variant);
      Covered& group = like != by_model.end()     ? (*groups)[like->second]
                       : near != by_variant.end() ? (*groups)[near->second]
                                                  : rest;
      group.things.push_back(i);
    }
    if (!rest.things.empty()) groups->push_back(std::move(rest));
  }

  const std::vector<Change>& changes_;
  const CellIndex& cells_;
  std::vector<Cause> causes_;
};

}  // namespace

std::vector<Cause> FindCauses(const std::vector<Change>& changes, const Report& before, const Report& after) {
  const CellIndex cells(before, after);
  return Finder(changes, cells).Find();
}

}  // namespace atome::harness::report
