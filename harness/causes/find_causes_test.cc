#include "harness/causes/find_causes.h"

#include <gmock/gmock.h>

#include <functional>

#include "harness/causes/diff_output.h"
#include "harness/causes/summary.h"
#include "harness/diff/budget.h"
#include "harness/testing/test_reports.h"

namespace atome::harness::report {
namespace {

using testing::CellOf;
using testing::DiffOf;
using ::testing::ElementsAre;
using testing::FigureOf;
using ::testing::HasSubstr;
using testing::RandomReport;
using enum Quantity;

constexpr char k60K[] = "atome_60k.atome03";
constexpr char kAttend[] =
    "unsigned long atome::op::Sparse<atome::FixedShape<256, 64> >::Attend(unsigned long)";
constexpr char kAttendToo[] = "unsigned long atome::op::Sparse<atome::RuntimeShape>::Attend(unsigned long)";

// A night in small: parity of two models on three runners, cycles of a core and its boards, sizes,
// perplexity.
Report Night() {
  Report night;
  const auto add = [&night](Cell cell, const std::string& runner, const std::string& model,
                            const std::string& board = "") {
    cell.key.runner = runner;
    cell.key.model = model;
    cell.key.board = board;
    cell.key.build_kind = runner == "native" ? "" : "speed";
    cell.command = "build/atome " + std::string(NameOf(cell.key.kind));
    night.cells.push_back(std::move(cell));
  };
  for (const char* core : {"host", "m3", "m4f"}) {
    for (const char* model : {"tiny_ties.atome03", "tiny_odd.atome03"}) {
      const Cell parity =
          CellOf(Kind::kParity, core,
                 {FigureOf(kTokensMatched, 6), FigureOf(kMaxUlp, 0), FigureOf(kLogitsSha256, "right"),
                  FigureOf(kStepDigests, "000000001111111122222222", {PartKind::kCase, "0"})});
      for (const char* runner : {"native", "unicorn", "qemu"}) {
        if ((std::string_view(runner) == "native") == (std::string_view(core) == "host"))
          add(parity, runner, model);
      }
    }
  }
  for (const char* core : {"m3", "m4f"}) {
    for (const char* board : {"", "b1", "b2", "b3"}) {
      Cell cycles = CellOf(Kind::kCycles, core,
                           {FigureOf(kCyclesPerToken, 1000), FigureOf(kInstructionsPerToken, 800)});
      for (const auto& [op, cost] : {std::pair{"sparse", 600}, {"state", 300}, {"norm", 100}})
        cycles.figures.push_back(FigureOf(kCyclesPerToken, cost, {PartKind::kOp, op}));
      add(cycles, "unicorn", k60K, *board == 0 ? "" : StrCat(core, "-", board));
    }
    add(CellOf(Kind::kSize, core,
               {FigureOf(kFirmwareBytes, 4000), FigureOf(kCodeBytes, 3500), FigureOf(kStackBytes, 600),
                FigureOf(kRamBytes, 9000), FigureOf(kFits, 1, {PartKind::kBoard, "small"}),
                FigureOf(kRamBytesNeeded, 9000, {PartKind::kBoard, "small"}),
                FigureOf(kBoardRamBytes, 9100, {PartKind::kBoard, "small"}),
                FigureOf(kSymbolBytes, 700, {PartKind::kSymbol, kAttend}),
                FigureOf(kSymbolBytes, 84, {PartKind::kSymbol, kAttendToo}),
                FigureOf(kSymbolBytes, 500, {PartKind::kSymbol, "main"})}),
        "elf", k60K);
  }
  for (const char* model : {k60K, "tiny_odd.atome03"}) {
    for (const char* variant : {"f32", "q15"}) {
      Cell cell =
          CellOf(Kind::kPerplexity, "host", {FigureOf(kPerplexity, 7.0), FigureOf(kBitsPerByte, 2.8)});
      cell.key.variant = variant;
      add(cell, "native", model);
    }
  }
  return night;
}

using Choice = std::function<bool(const Key&)>;

// Changes the cells of that kind that are chosen.
Report With(Report night, Kind kind, const Choice& choice, const std::function<void(Cell&)>& change) {
  size_t changed = 0;
  for (Cell& cell : night.cells) {
    if (cell.key.kind != kind || !choice(cell.key)) continue;
    change(cell);
    ++changed;
  }
  EXPECT_GT(changed, 0u);
  return night;
}
const Choice kAny = [](const Key&) { return true; };

Figure& Of(Cell& cell, Quantity quantity, const Part& part = {}) {
  return const_cast<Figure&>(*cell.Find(quantity, part));
}
void Raise(Cell& cell, Quantity quantity, int by, const Part& part = {}) {
  Figure& figure = Of(cell, quantity, part);
  figure.value = static_cast<uint64_t>(static_cast<int>(std::get<uint64_t>(figure.value)) + by);
}

void Diverge(Cell& cell, size_t step, atome_op op, size_t index) {
  cell.Fail(Outcome::kMismatch, "other bits");
  Divergence& divergence = cell.divergence.emplace();
  divergence.step = step;
  divergence.op = op;
  divergence.layer = 0;
  divergence.index = index;
  Of(cell, kLogitsSha256).value = std::string("wrong");
}

// The lines of causes on a terminal.
std::vector<std::string> Lines(const Diff& diff) {
  std::vector<std::string> lines;
  for (const Cause& cause : diff.causes)
    lines.push_back(StrCat(std::string(1, cause.mark), " ", CauseKindName(cause.kind), " ", cause.Text()));
  return lines;
}
std::vector<std::string> LinesOf(const Report& after) { return Lines(DiffOf(Night(), after)); }

TEST(FindCauses, WrongBitsOfFirmwareAreOneCause) {
  const Report after = With(
      Night(), Kind::kParity,
      [](const Key& key) { return key.core == "m3" && key.model == "tiny_ties.atome03"; },
      [](Cell& cell) { Diverge(cell, 1, ATOME_OP_LOCAL, 7); });
  const Diff diff = DiffOf(Night(), after);
  EXPECT_THAT(Lines(diff),
              ElementsAre("x bits Cortex-M3 f32 tiny_ties: step 1, layer 0, local[7]; Unicorn = QEMU, so "
                          "firmware, not emulator"));
  EXPECT_EQ(diff.causes[0].cells, 2u);
  EXPECT_EQ(diff.causes[0].changes.size(), 4u) << "two cells and their hashes";
  EXPECT_EQ(diff.causes[0].next, "build/atome parity --taps");
}

TEST(FindCauses, OneOpWrongInSeveralModelsIsOneCause) {
  const Report after = With(
      Night(), Kind::kParity, [](const Key& key) { return key.core != "host"; },
      [](Cell& cell) {
        const bool odd = cell.key.model == "tiny_odd.atome03";
        // A runner without taps does not name the op.
        Diverge(cell, odd ? 2 : 1, cell.key.runner == "qemu" ? ATOME_OP_LOGITS : ATOME_OP_LOCAL, odd ? 3 : 7);
      });
  EXPECT_THAT(LinesOf(after),
              ElementsAre("x bits Cortex-M3 f32 tiny_odd: step 2, layer 0, local[3]; Unicorn = QEMU, so "
                          "firmware, not emulator; also Cortex-M4F, tiny_ties"));
}

TEST(FindCauses, TwoOpsWrongAreTwoCauses) {
  const Report after = With(
      Night(), Kind::kParity, [](const Key& key) { return key.core == "m3"; },
      [](Cell& cell) {
        const bool odd = cell.key.model == "tiny_odd.atome03";
        Diverge(cell, odd ? 2 : 1, odd ? ATOME_OP_LOCAL : ATOME_OP_STATE, 3);
      });
  EXPECT_EQ(LinesOf(after).size(), 2u);
}

TEST(FindCauses, ARunnerAloneIsToBlame) {
  const auto blame = [](const Choice& choice) {
    size_t index = 0;
    return LinesOf(With(Night(), Kind::kParity, choice,
                        [&index](Cell& cell) { Diverge(cell, 1, ATOME_OP_LOCAL, index++); }));
  };
  EXPECT_THAT(blame([](const Key& key) { return key.runner == "unicorn"; }),
              ElementsAre(HasSubstr(
                  "Unicorn alone, QEMU passes, so the emulator or its machine; also Cortex-M4F, tiny_ties")));
  EXPECT_THAT(blame([](const Key& key) { return key.runner == "qemu" && key.core == "m3"; }),
              ElementsAre(HasSubstr("QEMU alone, Unicorn passes")));
  EXPECT_THAT(blame(kAny), ElementsAre(HasSubstr("all runners, so the engine or the trace")));
  EXPECT_THAT(blame([](const Key& key) { return key.runner == "native"; }),
              ElementsAre(HasSubstr("native library alone")));
}

TEST(FindCauses, OtherBitsThatPassAreOfAnotherTrace) {
  const Report after = With(Night(), Kind::kParity, kAny, [](Cell& cell) {
    Of(cell, kLogitsSha256).value = std::string("other");
    Of(cell, kStepDigests, {PartKind::kCase, "0"}).value = std::string("000000001111111122222223");
  });
  EXPECT_THAT(LinesOf(after),
              ElementsAre("x bits Cortex-M3 f32 tiny_odd: step 2: other logits or tokens; it passes, so "
                          "the golden trace is another; also 2 cores, tiny_ties"));
}

TEST(FindCauses, AnotherModelInAFileIsOneCause) {
  const Report after = With(
      Night(), Kind::kParity, [](const Key& key) { return key.model == "tiny_odd.atome03"; },
      [](Cell& cell) {
        cell.model_sha256 = "another";
        Of(cell, kLogitsSha256).value = std::string("other");
      });
  EXPECT_THAT(LinesOf(after),
              ElementsAre("x bits Cortex-M3 f32 tiny_odd: logits_sha256 right -> other; the file has "
                          "another model; also 2 cores"));
}

TEST(FindCauses, AnOpThatSlowedOnBoardsIsOneCause) {
  const Report after = With(
      Night(), Kind::kCycles, [](const Key& key) { return key.core == "m4f"; },
      [](Cell& cell) {
        Raise(cell, kCyclesPerToken, 24);
        Raise(cell, kCyclesPerToken, 24, {PartKind::kOp, "sparse"});
        Raise(cell, kInstructionsPerToken, 4);
      });
  const Diff diff = DiffOf(Night(), after);
  EXPECT_THAT(
      Lines(diff),
      ElementsAre("^ cycles Cortex-M4F f32 60K: 1 000 -> 1 024 (+2.4 %), sparse +4.0 %; also 3 boards"));
  EXPECT_EQ(Headline(diff), "1 cause, 12 figures");
}

TEST(FindCauses, ABoardThatSlowedAsAWholeIsNoOp) {
  const Report after = With(
      Night(), Kind::kCycles, [](const Key& key) { return key.board == "m3-b2"; },
      [](Cell& cell) {
        for (const auto& [op, by] : {std::pair{"sparse", 60}, {"state", 30}, {"norm", 10}})
          Raise(cell, kCyclesPerToken, by, {PartKind::kOp, op});
        Raise(cell, kCyclesPerToken, 100);
      });
  EXPECT_THAT(LinesOf(after),
              ElementsAre("^ cycles m3-b2 f32 60K: 1 000 -> 1 100 (+10.0 %), every op alike"));
}

TEST(FindCauses, CellsWithoutOpsGoWithThoseThatAreLikeThem) {
  const auto with_cycles = [](Report night) {
    return With(std::move(night), Kind::kParity, kAny, [](Cell& cell) { cell.Add(kCyclesPerToken, 500); });
  };
  Report after = With(with_cycles(Night()), Kind::kCycles, kAny, [](Cell& cell) {
    Raise(cell, kCyclesPerToken, 24);
    Raise(cell, kCyclesPerToken, 24, {PartKind::kOp, "sparse"});
  });
  after = With(after, Kind::kParity, kAny, [](Cell& cell) { Raise(cell, kCyclesPerToken, 10); });
  EXPECT_THAT(Lines(DiffOf(with_cycles(Night()), after)),
              ElementsAre("^ cycles Cortex-M3 f32 60K: 1 000 -> 1 024 (+2.4 %), sparse +4.0 %; also 2 cores, "
                          "6 boards, 2 models"));
}

TEST(FindCauses, ASymbolThatGrewOnSeveralCoresIsOneCause) {
  const Report after = With(Night(), Kind::kSize, kAny, [](Cell& cell) {
    Raise(cell, kFirmwareBytes, 320);
    Raise(cell, kCodeBytes, 320);
    Raise(cell, kSymbolBytes, 320, {PartKind::kSymbol, kAttend});
    // Inlined elsewhere: it does not explain the growth.
    Raise(cell, kSymbolBytes, cell.key.core == "m3" ? 40 : -40, {PartKind::kSymbol, "main"});
  });
  const Diff diff = DiffOf(Night(), after);
  EXPECT_THAT(Lines(diff),
              ElementsAre("^ flash Cortex-M3 f32 60K: +320 B, Sparse::Attend 784 -> 1 104; also Cortex-M4F"));
  EXPECT_THAT(diff.causes[0].names, ElementsAre(kAttend, kAttendToo));
  EXPECT_EQ(diff.causes[0].next, "build/atome size --symbols 20");
}

TEST(FindCauses, AnotherKindOfFirmwareIsBehindAllItsFigures) {
  const auto with = [](std::string kind) { return [kind](Cell& cell) { cell.Add(kFirmware, kind); }; };
  const Report before = With(With(Night(), Kind::kCycles, kAny, with("for the model")), Kind::kSize, kAny,
                             with("for the model"));
  Report after =
      With(With(Night(), Kind::kCycles, kAny, with("generic")), Kind::kSize, kAny, with("generic"));
  after = With(after, Kind::kCycles, kAny, [](Cell& cell) {
    Raise(cell, kCyclesPerToken, 80);
    Raise(cell, kCyclesPerToken, 80, {PartKind::kOp, "sparse"});
  });
  after = With(after, Kind::kSize, kAny, [](Cell& cell) {
    Raise(cell, kFirmwareBytes, 320);
    Raise(cell, kSymbolBytes, 320, {PartKind::kSymbol, kAttend});
  });
  const std::vector<std::string> lines = Lines(DiffOf(before, after));
  ASSERT_EQ(lines.size(), 2u);
  for (const std::string& line : lines)
    EXPECT_THAT(line, HasSubstr("another firmware: for the model -> generic")) << line;
}

TEST(FindCauses, RamIsBySummandAndWhatDoesNotFitIsWorse) {
  const Report after = With(Night(), Kind::kSize, kAny, [](Cell& cell) {
    Raise(cell, kStackBytes, 200);
    Raise(cell, kRamBytes, 200);
    Raise(cell, kRamBytesNeeded, 200, {PartKind::kBoard, "small"});
    Of(cell, kFits, {PartKind::kBoard, "small"}).value = uint64_t{0};
  });
  EXPECT_THAT(
      LinesOf(after),
      ElementsAre("x fit Cortex-M3 f32 60K: no longer fits small: RAM 9 200 of 9 100; also Cortex-M4F",
                  "^ ram Cortex-M3 f32 60K: +200 B, stack 600 -> 800; also Cortex-M4F"));
}

TEST(FindCauses, PerplexityIsByVariantOrModel) {
  const auto worse = [](const Choice& choice) {
    return LinesOf(
        With(Night(), Kind::kPerplexity, choice, [](Cell& cell) { Of(cell, kPerplexity).value = 7.14; }));
  };
  EXPECT_THAT(worse([](const Key& key) { return key.variant == "q15"; }),
              ElementsAre("^ perplexity q15 60K: 7.0000 -> 7.1400 (+2.0 %); also tiny_odd"));
  EXPECT_THAT(worse([](const Key& key) { return key.model == "tiny_odd.atome03"; }),
              ElementsAre("^ perplexity f32 tiny_odd: 7.0000 -> 7.1400 (+2.0 %); also q15"));
}

TEST(FindCauses, ARunnerThatCrashesEverywhereIsOneCause) {
  size_t at = 0;
  const auto crash = [&at](Cell& cell) {
    cell.Fail(Outcome::kCrashed, ++at % 2 == 0 ? StrCat("fault at 0x", at) : "no answer");
    cell.figures.clear();
  };
  EXPECT_THAT(LinesOf(With(
                  Night(), Kind::kParity, [](const Key& key) { return key.runner == "qemu"; }, crash)),
              ElementsAre("x crash QEMU f32: crashed: fault at 0x2; all 4 cells; and 1 other message"));
  EXPECT_THAT(LinesOf(With(
                          Night(), Kind::kParity,
                          [](const Key& key) { return key.runner == "qemu" && key.core == "m3"; }, crash))
                  .size(),
              2u)
      << "others of the runner pass, so the messages are two causes";
}

TEST(FindCauses, VanishedCellsAreByTheirKind) {
  Report after = Night();
  std::erase_if(after.cells, [](const Cell& cell) {
    return cell.key.kind == Kind::kPerplexity ||
           (cell.key.kind == Kind::kParity && cell.key.runner == "qemu");
  });
  EXPECT_THAT(LinesOf(after), ElementsAre("x missing QEMU f32: all 4 parity cells vanished",
                                          "x missing native: all 4 perplexity cells vanished"));
}

TEST(FindCauses, ABudgetBelongsToTheCauseOfItsFigure) {
  const Report after = With(
      Night(), Kind::kCycles, [](const Key& key) { return key.core == "m4f" && key.board.empty(); },
      [](Cell& cell) {
        Raise(cell, kCyclesPerToken, 24);
        Raise(cell, kCyclesPerToken, 24, {PartKind::kOp, "sparse"});
      });
  Diff diff = Compare(Night(), after);
  Budget cycles{
      .where = {{"core", "m4f"}, {"board", ""}}, .quantity = kCyclesPerToken, .part = {}, .at_most = 1010};
  Budget ram{.where = {}, .quantity = kRamBytes, .part = {}, .at_most = 8000};
  Budget nothing{.where = {{"core", "m33"}}, .quantity = kRamBytes, .part = {}, .at_most = 8000};
  CheckBudgets({cycles, ram, nothing}, after, /*partial=*/false, &diff);
  diff.causes = FindCauses(diff.changes, Night(), after);
  EXPECT_THAT(
      Lines(diff),
      ElementsAre(
          HasSubstr(
              "x budget budgets: the budget of ram_bytes holds nothing: no such figure in core \"m33\""),
          "^ cycles Cortex-M4F f32 60K: 1 000 -> 1 024 (+2.4 %), sparse +4.0 %; 14 over budget",
          "^ budget Cortex-M3 f32 60K: ram_bytes 9 000, +1000 over the budget; also Cortex-M4F"));
}

TEST(FindCauses, WhatIsBetterComesLast) {
  Report after = With(
      Night(), Kind::kCycles, [](const Key& key) { return key.core == "m3"; },
      [](Cell& cell) {
        Raise(cell, kCyclesPerToken, -60);
        Raise(cell, kCyclesPerToken, -60, {PartKind::kOp, "sparse"});
      });
  const Diff better = DiffOf(Night(), after);
  EXPECT_THAT(
      Lines(better),
      ElementsAre("v cycles Cortex-M3 f32 60K: 1 000 -> 940 (-6.0 %), sparse -10.0 %; also 3 boards"));
  EXPECT_FALSE(better.Regressed());
  EXPECT_EQ(Headline(better), "better: 1 cause, 8 figures");
  after = With(after, Kind::kSize, kAny, [](Cell& cell) { Raise(cell, kStackBytes, 8); });
  EXPECT_THAT(LinesOf(after), ElementsAre(HasSubstr("^ ram"), HasSubstr("v cycles")));
}

TEST(FindCauses, BitsThatStayWrongArePassedAgainOrAreNear) {
  const auto diverge = [](Outcome outcome) {
    return With(
        Night(), Kind::kParity,
        [](const Key& key) { return key.core == "m3" && key.model == "tiny_odd.atome03"; },
        [outcome](Cell& cell) {
          Diverge(cell, 1, ATOME_OP_LOCAL, 7);
          cell.outcome = outcome;
        });
  };
  const Report wrong = diverge(Outcome::kMismatch), near = diverge(Outcome::kWithin);
  const std::string place = "step 1, layer 0, local[7]";
  EXPECT_THAT(Lines(DiffOf(wrong, wrong)),
              ElementsAre("x bits Cortex-M3 f32 tiny_odd: still wrong: " + place +
                          "; Unicorn = QEMU, so firmware, not emulator"));
  const Diff mended = DiffOf(wrong, Night());
  EXPECT_THAT(Lines(mended), ElementsAre("v bits Cortex-M3 f32 tiny_odd: passes again; was: " + place));
  EXPECT_EQ(mended.causes[0].changes.size(), 4u) << "two cells and their hashes";
  EXPECT_THAT(LinesOf(near), ElementsAre("x bits Cortex-M3 f32 tiny_odd: no longer to the bit; " + place));
  EXPECT_THAT(Lines(DiffOf(near, Night())), ElementsAre(HasSubstr("x bits"), HasSubstr("v bits")))
      << "other hashes";
}

TEST(FindCauses, TheWorstIsToldWhereItIsFarWorse) {
  const auto slowed = [](int by) {
    return LinesOf(With(
        Night(), Kind::kCycles, [](const Key& key) { return key.core == "m3"; },
        [by](Cell& cell) {
          const int more = cell.key.board == "m3-b2" ? by : 20;
          Raise(cell, kCyclesPerToken, more);
          Raise(cell, kCyclesPerToken, more, {PartKind::kOp, "sparse"});
        }));
  };
  EXPECT_THAT(slowed(30), ElementsAre(::testing::EndsWith("sparse +3.3 %; also 3 boards")));
  EXPECT_THAT(slowed(31), ElementsAre(::testing::EndsWith("also 3 boards; up to +3.1 % in m3-b2 f32 60K")));
}

TEST(FindCauses, ManyCausesAreFolded) {
  Report after = Night();
  size_t at = 0;
  for (Cell& cell : after.cells) {
    ++at;
    cell.Fail(at % 2 == 0 ? Outcome::kCrashed : Outcome::kError, StrCat("reason ", std::string(at, 'x')));
  }
  const Diff diff = DiffOf(Night(), after);
  ASSERT_EQ(diff.causes.size(), 21u);
  const std::string few = FormatDiff(diff, {.style = {.width = 80}}), all = FormatDiff(diff, {.all = true});
  EXPECT_THAT(few, HasSubstr("\n  and 1 more cause: --all\n"));
  EXPECT_THAT(all, ::testing::Not(HasSubstr("more cause")));
  const std::string& last = diff.causes.back().what;
  EXPECT_THAT(all, HasSubstr(last));
}

TEST(FindCauses, MessagesThatDifferInNumbersAloneAreOneCause) {
  const auto causes = [](const std::string& ties, const std::string& odd) {
    const Report after = With(
        Night(), Kind::kParity, [](const Key& key) { return key.runner == "unicorn" && key.core == "m3"; },
        [&](Cell& cell) {
          cell.Fail(Outcome::kCrashed, cell.key.model == "tiny_ties.atome03" ? ties : odd);
        });
    return LinesOf(after).size();
  };
  EXPECT_EQ(causes("fault in cell 7", "fault in cell 12"), 1u);
  EXPECT_EQ(causes("fault in cell 7", "fault in cell 0"), 1u);
  EXPECT_EQ(causes("fault in cell 9", "fault in cell 0"), 1u);
  EXPECT_EQ(causes("fault at 0x0", "fault at 7x"), 1u);
  EXPECT_EQ(causes("fault in cell", "no answer"), 2u);
  const std::string long_text(300, 'a');
  EXPECT_EQ(causes(long_text + " one", long_text + " two"), 2u);
}

TEST(FindCauses, AnOpThatCostsLittleMayStayWhereAllOthersSlow) {
  const auto with_embed = [](Report night) {
    return With(std::move(night), Kind::kCycles, kAny, [](Cell& cell) {
      cell.figures.push_back(FigureOf(kCyclesPerToken, 5, {PartKind::kOp, "embed"}));
    });
  };
  const Report after = With(
      with_embed(Night()), Kind::kCycles, [](const Key& key) { return key.board == "m3-b2"; },
      [](Cell& cell) {
        for (const auto& [op, by] : {std::pair{"sparse", 60}, {"state", 30}, {"norm", 10}})
          Raise(cell, kCyclesPerToken, by, {PartKind::kOp, op});
        Raise(cell, kCyclesPerToken, 100);
      });
  EXPECT_THAT(Lines(DiffOf(with_embed(Night()), after)),
              ElementsAre("^ cycles m3-b2 f32 60K: 1 000 -> 1 100 (+10.0 %), every op alike"));
}

TEST(FindCauses, PercentsHaveOneDigitFromATwentiethOn) {
  const auto slowed = [](int by) {
    const auto is_m3 = [](const Key& key) { return key.core == "m3" && key.board.empty(); };
    const Report before = With(Night(), Kind::kCycles, is_m3,
                               [](Cell& cell) { Of(cell, kCyclesPerToken).value = uint64_t{10000}; });
    const Report after =
        With(before, Kind::kCycles, is_m3, [by](Cell& cell) { Raise(cell, kCyclesPerToken, by); });
    return Lines(DiffOf(before, after));
  };
  EXPECT_THAT(slowed(5), ElementsAre(HasSubstr("10 000 -> 10 005 (+0.1 %)")));
  EXPECT_THAT(slowed(4), ElementsAre(HasSubstr("10 000 -> 10 004 (+0.04 %)")));
  EXPECT_THAT(slowed(-5), ElementsAre(HasSubstr("10 000 -> 9 995 (-0.1 %)")));
}

TEST(FindCauses, FiguresThatRoundToTheSameAreToldWithAllDigits) {
  const Report after = With(
      Night(), Kind::kCycles, [](const Key& key) { return key.core == "m3" && key.board.empty(); },
      [](Cell& cell) { Of(cell, kCyclesPerToken).value = 1000.2; });
  EXPECT_THAT(LinesOf(after), ElementsAre(HasSubstr(": 1000 -> 1000.2 (+0.02 %)")));
}

// Any two reports, with cells that fail at random.
TEST(FindCauses, EachChangeThatIsNoNoteIsInExactlyOneCause) {
  Random random(12);
  for (int round = 0; round < 60; ++round) {
    Report a = RandomReport(&random), b = RandomReport(&random);
    for (Report* report : {&a, &b}) {
      for (Cell& cell : report->cells) {
        const auto outcome = static_cast<Outcome>(random.Below(14));
        if (outcome <= Outcome::kCrashed) cell.Fail(outcome, StrCat("message ", random.Below(2)));
        if (random.Below(5) == 0) cell.divergence.emplace().step = random.Below(2);
      }
    }
    Diff diff = Compare(a, b);
    CheckBudgets({Budget{.where = {}, .quantity = kRamBytes, .part = {}, .at_most = 1}}, b, false, &diff);
    diff.causes = FindCauses(diff.changes, a, b);
    std::multiset<size_t> found;
    for (const Cause& cause : diff.causes) {
      EXPECT_FALSE(cause.where.empty());
      EXPECT_FALSE(cause.what.empty());
      EXPECT_GT(cause.cells, 0u);
      found.insert(cause.changes.begin(), cause.changes.end());
    }
    for (size_t i = 0; i < diff.changes.size(); ++i)
      EXPECT_EQ(found.count(i), diff.changes[i].severity == Severity::kNote ? 0u : 1u) << round;
    const std::string text = FormatDiff(diff, {.style = {.width = 80}});
    for (const std::string_view line : Split(text, '\n')) EXPECT_LE(WidthOf(line), 80u) << line;
    const auto lines = [&diff](OutputFormat format) {
      return std::ranges::count(FormatDiff(diff, {.format = format}), '\n');
    };
    EXPECT_LE(lines(OutputFormat::kMarkdown), diff.Regressed() ? 100 : 60);
  }
}

}  // namespace
}  // namespace atome::harness::report
