#include "harness/causes/unit.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "harness/testing/test_reports.h"

namespace atome::harness::report {
namespace {

using testing::CellOf;
using testing::FigureOf;
using testing::ReportOf;

Change Changed(What what, Severity severity, const Key& key, std::optional<FigureId> figure = {}) {
  Change change = ChangeOf(what, key);
  change.severity = severity;
  change.figure = std::move(figure);
  return change;
}

// The kind of the only unit that a change of a passing cell's figure makes.
CauseKind KindOf(const FigureId& figure, Severity severity = Severity::kRegression) {
  const Report report = ReportOf({CellOf(Kind::kSize, "m3", {})});
  const std::vector<Change> changes = {Changed(What::kWorse, severity, report.cells[0].key, figure)};
  const std::vector<Unit> units = UnitsOf(changes, CellIndex(report, report));
  EXPECT_EQ(units.size(), 1u);
  return units.empty() ? CauseKind::kOther : units[0].kind;
}

// As the table of diff/cause.h has them: bits; cycles, instructions, tokens a second; code and sections; RAM
// and its summands; perplexities and divergences; wall times; what must be equal.
TEST(Units, AFiguresChangeIsOfItsKind) {
  using enum Quantity;
  const std::pair<CauseKind, std::vector<Quantity>> rows[] = {
      {CauseKind::kBits,
       {kTokensMatched, kMaxUlp, kMaxAbsError, kMaxRelativeError, kLogitsSha256, kStepDigests}},
      {CauseKind::kCycles,
       {kInstructionsPerToken, kInstructionsTotal, kInstructionsBefore, kCyclesPerToken, kCyclesTotal,
        kCyclesBefore, kCyclesMean, kCyclesLeast, kCyclesMost, kTokensPerSecond}},
      {CauseKind::kFlash,
       {kEngineTextBytes, kLibraryTextBytes, kStartupTextBytes, kCodeBytes, kRodataBytes, kDataBytes,
        kFirmwareBytes, kModelBytes, kFlashBytes, kFlashBytesNeeded}},
      {CauseKind::kRam,
       {kStateBytes, kBssBytes, kStackReservedBytes, kStackBytes, kProcessStackBytes, kLogitsBytes, kRamBytes,
        kRamBytesNeeded, kLongestMaxSeq}},
      {CauseKind::kFit, {kFits}},
      {CauseKind::kPerplexity,
       {kPerplexity, kBitsPerByte, kBitsPerToken, kPerplexityRatio, kKlMeanNats, kKlP50Nats, kKlP90Nats,
        kKlP99Nats, kKlMaxNats, kSameTopShare}},
      {CauseKind::kWall, {kSeconds, kTimeRatio, kHostTokensPerSecond}},
      {CauseKind::kCheck, {kTokensTotal, kCyclesBasis, kModelSha256, kTextSha256, kExitCode, kTokens}},
      {CauseKind::kOther, {kFileBytes, kBitsPerWeight}}};
  for (const auto& [kind, quantities] : rows) {
    for (const Quantity quantity : quantities) EXPECT_EQ(KindOf({{}, quantity}), kind) << NameOf(quantity);
  }
}

TEST(Units, SectionsWithoutFlashAreOfRam) {
  const auto of = [](const char* section) {
    return KindOf({{PartKind::kSection, section}, Quantity::kSectionBytes});
  };
  for (const char* section : {".bss", ".stack", ".noinit"})
    EXPECT_EQ(of(section), CauseKind::kRam) << section;
  for (const char* section : {".text", ".data", ".rodata", ".bss2", ""})
    EXPECT_EQ(of(section), CauseKind::kFlash) << section;
}

// Of a parity cell that fails by a mismatch the bits are wrong; of another it is a check.
TEST(Units, AFailingCellIsOfItsOutcome) {
  const std::pair<Outcome, CauseKind> rows[] = {{Outcome::kCrashed, CauseKind::kCrash},
                                                {Outcome::kMissing, CauseKind::kMissing},
                                                {Outcome::kTooLarge, CauseKind::kFit},
                                                {Outcome::kError, CauseKind::kCheck},
                                                {Outcome::kMismatch, CauseKind::kBits}};
  for (const auto& [outcome, kind] : rows) {
    for (const Kind of : {Kind::kParity, Kind::kCycles}) {
      const Report good = ReportOf({CellOf(of, "m3", {})});
      Report bad = good;
      bad.cells[0].outcome = outcome;
      const Key& key = bad.cells[0].key;
      const CauseKind expected = kind == CauseKind::kBits && of != Kind::kParity ? CauseKind::kCheck : kind;
      // Its figures belong to its failing, whatever they are of, and are no improvement.
      const std::vector<Change> changes = {
          Changed(What::kFails, Severity::kRegression, key),
          Changed(What::kBetter, Severity::kImprovement, key, FigureId{{}, Quantity::kRamBytes})};
      const std::vector<Unit> units = UnitsOf(changes, CellIndex(good, bad));
      ASSERT_EQ(units.size(), 1u) << OutcomeName(outcome);
      EXPECT_EQ(units[0].kind, expected) << OutcomeName(outcome);
      EXPECT_EQ(units[0].severity, Severity::kRegression);
      EXPECT_EQ(units[0].key, key);
      EXPECT_EQ(units[0].changes.size(), 2u);
      EXPECT_EQ(units[0].cell.after, &bad.cells[0]);
      EXPECT_EQ(units[0].cell.before, &good.cells[0]);
      // Where it passes again, what is mended belongs to what failed; what got worse does not.
      const std::vector<Change> back = {
          Changed(What::kPassesAgain, Severity::kImprovement, key),
          Changed(What::kBetter, Severity::kImprovement, key, FigureId{{}, Quantity::kRamBytes}),
          Changed(What::kWorse, Severity::kRegression, key, FigureId{{}, Quantity::kPerplexity})};
      const std::vector<Unit> mended = UnitsOf(back, CellIndex(bad, good));
      ASSERT_EQ(mended.size(), 2u) << OutcomeName(outcome);
      for (const Unit& unit : mended) {
        const bool better = unit.severity == Severity::kImprovement;
        EXPECT_EQ(unit.kind, better ? expected : CauseKind::kPerplexity) << OutcomeName(outcome);
        EXPECT_EQ(unit.changes.size(), better ? 2u : 1u);
      }
    }
  }
}

TEST(Units, WhatIsOfNoFigureHasItsKind) {
  const Report report = ReportOf({CellOf(Kind::kParity, "m3", {}), CellOf(Kind::kSize, "m3", {})});
  const CellIndex cells(report, report);
  const struct {
    What what;
    size_t cell;
    CauseKind kind;
  } rows[] = {{What::kNothingCompared, 0, CauseKind::kCheck},  {What::kCellVanished, 0, CauseKind::kMissing},
              {What::kFigureVanished, 0, CauseKind::kMissing}, {What::kEmptyBudget, 0, CauseKind::kBudget},
              {What::kOnlyWithin, 0, CauseKind::kBits},        {What::kOnlyWithin, 1, CauseKind::kCheck}};
  for (const auto& row : rows) {
    const std::vector<Change> changes = {
        Changed(row.what, Severity::kRegression, report.cells[row.cell].key)};
    const std::vector<Unit> units = UnitsOf(changes, cells);
    ASSERT_EQ(units.size(), 1u) << WhatName(row.what);
    EXPECT_EQ(units[0].kind, row.kind) << WhatName(row.what);
    EXPECT_EQ(units[0].cell.after == nullptr, !IsOfCell(row.what)) << WhatName(row.what);
  }
}

// A limit that a figure exceeds belongs to the figure's own change where that is a regression, else to the
// budgets.
TEST(Units, ABudgetGoesToTheChangeOfItsFigure) {
  const Report report = ReportOf({CellOf(Kind::kSize, "m3", {}), CellOf(Kind::kSize, "m4", {})});
  const CellIndex cells(report, report);
  const FigureId ram{{}, Quantity::kRamBytes}, code{{}, Quantity::kCodeBytes};
  const Key &one = report.cells[0].key, &other = report.cells[1].key;
  const auto kinds = [&](const Change& own) {
    const std::vector<Change> changes = {own, Changed(What::kOverBudget, Severity::kRegression, one, ram)};
    std::vector<std::pair<CauseKind, size_t>> found;
    for (const Unit& unit : UnitsOf(changes, cells)) {
      found.emplace_back(unit.kind, unit.changes.size());
      EXPECT_NE(unit.cell.after, nullptr);
    }
    return found;
  };
  using Found = std::vector<std::pair<CauseKind, size_t>>;
  EXPECT_EQ(kinds(Changed(What::kWorse, Severity::kRegression, one, ram)), (Found{{CauseKind::kRam, 2}}));
  EXPECT_EQ(kinds(Changed(What::kBetter, Severity::kImprovement, one, ram)),
            (Found{{CauseKind::kRam, 1}, {CauseKind::kBudget, 1}}));
  EXPECT_EQ(kinds(Changed(What::kWorse, Severity::kRegression, one, code)),
            (Found{{CauseKind::kFlash, 1}, {CauseKind::kBudget, 1}}));
  EXPECT_EQ(kinds(Changed(What::kWorse, Severity::kRegression, other, ram)),
            (Found{{CauseKind::kRam, 1}, {CauseKind::kBudget, 1}}));
  EXPECT_EQ(kinds(Changed(What::kChanged, Severity::kNote, one, ram)), (Found{{CauseKind::kBudget, 1}}))
      << "notes are in no unit";
}

}  // namespace
}  // namespace atome::harness::report
