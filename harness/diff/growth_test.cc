#include "harness/diff/growth.h"

#include <gmock/gmock.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "harness/diff/explain.h"
#include "harness/testing/test_reports.h"

namespace atome::harness::report {
namespace {

using testing::CellOf;
using ::testing::ElementsAre;
using testing::FigureOf;
using ::testing::IsEmpty;

using Parts = std::vector<std::pair<const char*, int>>;

Cell OfParts(PartKind kind, Quantity quantity, const Parts& parts) {
  Cell cell = CellOf(Kind::kSize, "m3", {});
  for (const auto& [name, value] : parts) cell.figures.push_back(FigureOf(quantity, value, {kind, name}));
  return cell;
}

std::vector<std::string> Names(const std::vector<Growth>& all) {
  std::vector<std::string> names;
  for (const Growth& each : all)
    names.push_back(each.name + " " + std::to_string(static_cast<int>(each.by())));
  return names;
}

TEST(Growth, IsSortedBySizeThenByNameAndOneWayOnly) {
  const Parts before = {{"a", 10}, {"b", 10}, {"c", 10}, {"d", 10}, {"gone", 4}, {"same", 7}};
  const Parts after = {{"a", 12}, {"b", 15}, {"c", 12}, {"d", 9}, {"new", 3}, {"same", 7}};
  const Cell one = OfParts(PartKind::kOp, Quantity::kCyclesPerToken, before),
             other = OfParts(PartKind::kOp, Quantity::kCyclesPerToken, after);
  const auto changed = [&](Direction direction) {
    return ChangedParts({&one, &other}, PartKind::kOp, Quantity::kCyclesPerToken, direction);
  };
  EXPECT_THAT(Names(changed(Direction::kGrew)), ElementsAre("b 5", "new 3", "a 2", "c 2"));
  EXPECT_THAT(Names(changed(Direction::kShrank)), ElementsAre("gone -4", "d -1"));
  const Cell older = OfParts(PartKind::kOp, Quantity::kCyclesPerToken, {{"c", 1}, {"b", 1}, {"a", 1}}),
             newer =
                 OfParts(PartKind::kOp, Quantity::kCyclesPerToken, {{"c", 2}, {"b", 2}, {"a", 2}, {"B", 1}});
  EXPECT_THAT(
      Names(ChangedParts({&older, &newer}, PartKind::kOp, Quantity::kCyclesPerToken, Direction::kGrew)),
      ElementsAre("B 1", "a 1", "b 1", "c 1"));
  EXPECT_TRUE(changed(Direction::kGrew)[1].is_new());
  EXPECT_FALSE(changed(Direction::kGrew)[0].is_new());
  EXPECT_EQ(changed(Direction::kGrew)[0].before, 10);
  EXPECT_EQ(changed(Direction::kGrew)[0].after, 15);
  EXPECT_THAT(ChangedParts({&one, &other}, PartKind::kSymbol, Quantity::kCyclesPerToken, Direction::kGrew),
              IsEmpty());
  EXPECT_THAT(ChangedParts({&one, &other}, PartKind::kOp, Quantity::kInstructionsPerToken, Direction::kGrew),
              IsEmpty());
}

TEST(Growth, SymbolsOfOneShortNameAreOne) {
  const Cell one = OfParts(
                 PartKind::kSymbol, Quantity::kSymbolBytes,
                 {{"atome::Run<FixedShape<1, 2>>(int)", 10}, {"atome::Run<FixedShape<3, 4>>(int)", 5}}),
             other = OfParts(
                 PartKind::kSymbol, Quantity::kSymbolBytes,
                 {{"atome::Run<FixedShape<3, 4>>(int)", 9}, {"atome::Run<FixedShape<1, 2>>(int)", 12}});
  const std::vector<Growth> grown =
      ChangedParts({&one, &other}, PartKind::kSymbol, Quantity::kSymbolBytes, Direction::kGrew);
  ASSERT_EQ(grown.size(), 1u);
  EXPECT_EQ(grown[0].before, 15);
  EXPECT_EQ(grown[0].after, 21);
  EXPECT_THAT(grown[0].symbols,
              ElementsAre("atome::Run<FixedShape<1, 2>>(int)", "atome::Run<FixedShape<3, 4>>(int)"));
  EXPECT_NE(grown[0].name, grown[0].symbols[0]);
  // Only symbols have short names.
  const Cell section = OfParts(PartKind::kSection, Quantity::kSectionBytes,
                               {{"atome::Run<FixedShape<1, 2>>(int)", 3}}),
             none = CellOf(Kind::kSize, "m3", {});
  const std::vector<Growth> sections =
      ChangedParts({&none, &section}, PartKind::kSection, Quantity::kSectionBytes, Direction::kGrew);
  ASSERT_EQ(sections.size(), 1u);
  EXPECT_EQ(sections[0].name, "atome::Run<FixedShape<1, 2>>(int)");
  EXPECT_THAT(sections[0].symbols, IsEmpty());
  const Cell text =
      CellOf(Kind::kSize, "m3", {FigureOf(Quantity::kSymbolBytes, "?", {PartKind::kSymbol, "f"})});
  EXPECT_THAT(ChangedParts({&none, &text}, PartKind::kSymbol, Quantity::kSymbolBytes, Direction::kGrew),
              IsEmpty());
  const Cell op = OfParts(PartKind::kOp, Quantity::kCyclesPerToken, {{"sparse", 3}});
  EXPECT_THAT(ChangedParts({&op, &op}, PartKind::kOp, Quantity::kCyclesPerToken, Direction::kGrew),
              IsEmpty());
}

TEST(Growth, SummandsAreThoseThatBothCellsHave) {
  using enum Quantity;
  const Cell one = CellOf(Kind::kSize, "m3",
                          {FigureOf(kStateBytes, 1), FigureOf(kStackBytes, 8), FigureOf(kBssBytes, 9)}),
             other = CellOf(Kind::kSize, "m3",
                            {FigureOf(kStateBytes, 5), FigureOf(kStackBytes, 7), FigureOf(kDataBytes, 9)});
  constexpr std::array kAll = {kStateBytes, kStackBytes, kBssBytes, kDataBytes};
  EXPECT_THAT(Names(ChangedSummands({&one, &other}, kAll, Direction::kGrew)), ElementsAre("state_bytes 4"));
  EXPECT_THAT(Names(ChangedSummands({&one, &other}, kAll, Direction::kShrank)),
              ElementsAre("stack_bytes -1"));
}

TEST(OtherFirmware, IsSaidWhereBothSay) {
  const auto of = [](const char* kind) {
    Cell cell = CellOf(Kind::kCycles, "m3", {});
    if (*kind != 0) cell.figures.push_back(FigureOf(Quantity::kFirmware, kind));
    return cell;
  };
  const Cell none = of(""), own = of("for the model"), generic = of("generic");
  EXPECT_EQ(OtherFirmware({&own, &generic}), "another firmware: for the model -> generic");
  EXPECT_EQ(OtherFirmware({&own, &own}), "");
  EXPECT_EQ(OtherFirmware({&own, &none}), "");
  EXPECT_EQ(OtherFirmware({&none, &own}), "");
  EXPECT_EQ(OtherFirmware({nullptr, &own}), "");
  EXPECT_EQ(OtherFirmware({&own, nullptr}), "");
}

std::string Why(const Cell& before, const Cell& after, Quantity quantity, const Part& part = {},
                const CellPair* by_op = nullptr) {
  return Explainer({&before, &after}, by_op).Of({part, quantity});
}

TEST(Explain, NamesAtMostThree) {
  const auto of = [](size_t count, int grown) {
    Parts parts;
    constexpr const char* kNames[] = {"a", "b", "c", "d", "e"};
    for (size_t i = 0; i < count; ++i) parts.emplace_back(kNames[i], 10 + grown * static_cast<int>(5 - i));
    return OfParts(PartKind::kSymbol, Quantity::kSymbolBytes, parts);
  };
  const auto why = [&](size_t count) { return Why(of(count, 0), of(count, 1), Quantity::kCodeBytes); };
  EXPECT_EQ(why(0), "");
  EXPECT_EQ(why(1), "symbols that grew most: a +5");
  EXPECT_EQ(why(3), "symbols that grew most: a +5, b +4, c +3");
  EXPECT_EQ(why(4), "symbols that grew most: a +5, b +4, c +3 and 1 more");
  EXPECT_EQ(why(5), "symbols that grew most: a +5, b +4, c +3 and 2 more");
  EXPECT_EQ(Why(of(0, 0), of(1, 1), Quantity::kCodeBytes), "symbols that grew most: a +15 (new)");
}

// Which growth stands behind which figure.
TEST(Explain, LooksWhereTheFigureIsMade) {
  using enum Quantity;
  const auto of = [](int grown) {
    Cell cell = CellOf(Kind::kSize, "m3",
                       {FigureOf(kSymbolBytes, 10 + grown, {PartKind::kSymbol, "f"}),
                        FigureOf(kSectionBytes, 10 + grown, {PartKind::kSection, ".text"}),
                        FigureOf(kCyclesPerToken, 10 + grown, {PartKind::kOp, "sparse"}),
                        FigureOf(kInstructionsPerToken, 10 + 2 * grown, {PartKind::kOp, "state"})});
    int by = grown;
    for (const Quantity summand : {kStateBytes, kStackBytes, kStackReservedBytes, kLogitsBytes, kDataBytes,
                                   kBssBytes, kFirmwareBytes, kModelBytes})
      cell.figures.push_back(FigureOf(summand, 100 + by++ * grown));
    return cell;
  };
  // Grown by 1 to 8, in the order of the summands above.
  const Cell before = of(0), after = of(1);
  const auto why = [&](Quantity quantity, const Part& part = {}) {
    return Why(before, after, quantity, part);
  };
  const std::string flash = "symbols that grew most: f +1";
  for (const Quantity quantity :
       {kEngineTextBytes, kLibraryTextBytes, kStartupTextBytes, kCodeBytes, kRodataBytes, kFirmwareBytes,
        kFlashBytesNeeded, kDataBytes, kBssBytes, kSectionBytes})
    EXPECT_EQ(why(quantity), flash) << NameOf(quantity);
  for (const Quantity quantity : {kCyclesPerToken, kCyclesTotal}) {
    EXPECT_EQ(why(quantity), "ops that grew most: sparse +1");
    EXPECT_EQ(why(quantity, {PartKind::kOp, "sparse"}), "");
  }
  for (const Quantity quantity : {kInstructionsPerToken, kInstructionsTotal}) {
    EXPECT_EQ(why(quantity), "ops that grew most: state +2");
    EXPECT_EQ(why(quantity, {PartKind::kOp, "state"}), "");
  }
  EXPECT_EQ(why(kRamBytes), "of it bss_bytes +6, data_bytes +5, logits_bytes +4 and 2 more");
  for (const Quantity quantity : {kRamBytesNeeded, kLongestMaxSeq})
    EXPECT_EQ(why(quantity), "of it bss_bytes +6, data_bytes +5, logits_bytes +4 and 2 more");
  EXPECT_EQ(why(kFits), "of it model_bytes +8, firmware_bytes +7, bss_bytes +6 and 4 more");
  for (const Quantity quantity : {kPerplexity, kSeconds, kTokensTotal, kSymbolBytes})
    EXPECT_EQ(why(quantity), "") << NameOf(quantity);
  // A stack that is measured is of the RAM that was used, one that is reserved of that which is needed.
  Cell used = before, reserved = before;
  for (Figure& figure : used.figures)
    if (figure.id.quantity == kStackBytes) figure.value = uint64_t{109};
  for (Figure& figure : reserved.figures)
    if (figure.id.quantity == kStackReservedBytes) figure.value = uint64_t{109};
  EXPECT_EQ(Why(before, used, kRamBytes), "of it stack_bytes +9");
  EXPECT_EQ(Why(before, used, kRamBytesNeeded), "");
  EXPECT_EQ(Why(before, reserved, kRamBytes), "");
  EXPECT_EQ(Why(before, reserved, kRamBytesNeeded), "of it stack_reserved_bytes +9");
  EXPECT_EQ(Why(before, reserved, kFits), "of it stack_reserved_bytes +9");
}

TEST(Explain, TakesSectionsAndOpsOfOthersWhereItsOwnAreNotThere) {
  const Cell before = OfParts(PartKind::kSection, Quantity::kSectionBytes, {{".text", 10}}),
             after = OfParts(PartKind::kSection, Quantity::kSectionBytes, {{".text", 12}});
  EXPECT_EQ(Why(before, after, Quantity::kCodeBytes), "sections that grew most: .text +2");
  const Cell ops_before = OfParts(PartKind::kOp, Quantity::kCyclesPerToken, {{"mix", 10}}),
             ops_after = OfParts(PartKind::kOp, Quantity::kCyclesPerToken, {{"mix", 13}});
  const CellPair by_op = {&ops_before, &ops_after};
  EXPECT_EQ(Why(before, after, Quantity::kCyclesTotal, {}, &by_op), "ops that grew most: mix +3");
  EXPECT_EQ(Why(before, after, Quantity::kCyclesTotal), "");
  const Cell own = OfParts(PartKind::kOp, Quantity::kCyclesPerToken, {{"norm", 10}}),
             slower = OfParts(PartKind::kOp, Quantity::kCyclesPerToken, {{"norm", 11}});
  EXPECT_EQ(Why(own, slower, Quantity::kCyclesTotal, {}, &by_op), "ops that grew most: norm +1");
}

TEST(Explain, HashesTokensAndDistancesAreOfSteps) {
  const auto of = [](const char* digests) {
    return CellOf(Kind::kParity, "m3", {FigureOf(Quantity::kStepDigests, digests, {PartKind::kCase, "0"})});
  };
  const Cell before = of("0000000011111111"), after = of("0000000021111111");
  for (const Quantity quantity :
       {Quantity::kLogitsSha256, Quantity::kStepDigests, Quantity::kTokensMatched, Quantity::kMaxUlp})
    EXPECT_EQ(Why(before, after, quantity), "other logits or tokens: case 0 from step 1") << NameOf(quantity);
  Cell diverged = after;
  diverged.divergence.emplace().step = 1;
  EXPECT_EQ(Why(before, diverged, Quantity::kMaxUlp),
            "other logits or tokens: case 0 from step 1; from the golden trace: " +
                diverged.divergence->Describe());
}

TEST(Explain, AnotherFirmwareIsSaidOfWhatItMakes) {
  const auto of = [](const char* firmware, int grown) {
    Cell cell = OfParts(PartKind::kSymbol, Quantity::kSymbolBytes, {{"f", 10 + grown}});
    cell.figures.push_back(FigureOf(Quantity::kFirmware, firmware));
    cell.figures.push_back(FigureOf(Quantity::kStepDigests,
                                    grown == 0 ? "0000000011111111" : "0000000021111111",
                                    {PartKind::kCase, "0"}));
    return cell;
  };
  const Cell before = of("own", 0), other = of("generic", 0), larger = of("generic", 1);
  EXPECT_EQ(Why(before, other, Quantity::kCodeBytes), "another firmware: own -> generic");
  EXPECT_EQ(Why(before, larger, Quantity::kCodeBytes),
            "another firmware: own -> generic; symbols that grew most: f +1");
  EXPECT_EQ(Why(before, larger, Quantity::kLogitsSha256), "other logits or tokens: case 0 from step 1");
  EXPECT_EQ(Why(before, larger, Quantity::kPerplexity), "");
}

// Digests of 8 digits a step.
TEST(FirstDifferentStep, IsWhereTheFirstDigitsDiffer) {
  const auto of = [](const char* first, const char* second) {
    return CellOf(Kind::kParity, "m3",
                  {FigureOf(Quantity::kStepDigests, first, {PartKind::kCase, "0"}),
                   FigureOf(Quantity::kStepDigests, second, {PartKind::kCase, "1"})});
  };
  const Cell before = of("0000000011111111", "0123456789abcdef");
  const auto step = [&before](const Cell& after) {
    const std::optional<CaseStep> found = FirstDifferentStep({&before, &after});
    return found ? found->name + ":" + std::to_string(found->step) : "none";
  };
  EXPECT_EQ(step(before), "none");
  EXPECT_EQ(step(of("1000000011111111", "0123456789abcdef")), "0:0");
  EXPECT_EQ(step(of("0000000111111111", "0123456789abcdef")), "0:0");
  EXPECT_EQ(step(of("0000000001111111", "0123456789abcdef")), "0:1");
  EXPECT_EQ(step(of("0000000011111110", "0123456789abcdef")), "0:1");
  EXPECT_EQ(step(of("00000000", "0123456789abcdef")), "0:1") << "one is shorter";
  EXPECT_EQ(step(of("000000001111111122222222", "0123456789abcdef")), "0:2") << "one is longer";
  EXPECT_EQ(step(of("0000000011111111", "0123456780abcdef")), "1:1");
  EXPECT_EQ(step(CellOf(Kind::kParity, "m3", {})), "none") << "no digests";
  EXPECT_FALSE(FirstDifferentStep({nullptr, &before}).has_value());
  EXPECT_FALSE(FirstDifferentStep({&before, nullptr}).has_value());
  EXPECT_EQ(DivergedSteps({&before,
                           [&] {
                             static const Cell both = of("1000000011111111", "0123456780abcdef");
                             return &both;
                           }()}),
            "other logits or tokens: case 0 from step 0, case 1 from step 1");
  Cell diverged = before;
  diverged.divergence.emplace().step = 3;
  EXPECT_EQ(DivergedSteps({&before, &diverged}), "from the golden trace: " + diverged.divergence->Describe());
  EXPECT_EQ(DivergedSteps({nullptr, &diverged}), "from the golden trace: " + diverged.divergence->Describe());
}

}  // namespace
}  // namespace atome::harness::report
