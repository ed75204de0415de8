#include "emulation/timing/cycle_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string_view>
#include <vector>

#include "emulation/thumb/decode.h"

namespace atome::timing {
namespace {

constexpr uint32_t kBase = 0x1000;

// A random program: straight runs that end in what may branch, and a walk through them.
struct Program {
  std::vector<uint16_t> code;  // from kBase
  struct Run {
    size_t first, end;  // halfwords
  };
  std::vector<Run> runs;
  std::vector<size_t> walk;  // runs in order of execution; a neighbour follows as if not branched
};

// Random halfwords are instructions of every kind, undefined ones among them.
Program RandomProgram(std::mt19937& random, size_t halfwords, size_t steps) {
  Program program;
  for (size_t k = 0; k < halfwords; ++k) program.code.push_back(static_cast<uint16_t>(random()));
  for (size_t first = 0, at = 0; at < halfwords;) {
    const thumb::Instruction i =
        thumb::Decode(kBase + static_cast<uint32_t>(at * 2), std::span(program.code).subspan(at));
    at += i.bytes / 2u;
    if (at > halfwords) break;
    if (i.branch == thumb::Branch::kNone && at - first < 24) continue;
    program.runs.push_back({first, at});
    first = at;
  }
  size_t run = 0;
  for (size_t k = 0; k < steps; ++k) {
    program.walk.push_back(run);
    run = random() % 3 != 0 && run + 1 < program.runs.size() ? run + 1 : random() % program.runs.size();
  }
  return program;
}

struct Outcome {
  uint64_t cycles = 0;
  std::vector<uint64_t> at_runs;
  uint64_t assumed = 0;
  uint64_t evaluations = 0;
  bool operator==(const Outcome& other) const {
    return cycles == other.cycles && at_runs == other.at_runs && assumed == other.assumed;
  }
};

// `cut`: of a hundred borders between instructions, how many end a block.
Outcome Execute(std::string_view core_name, const Program& program, bool memoise, unsigned cut, unsigned seed,
                unsigned forget_every = 0) {
  const TimingCore& core = *FindTimingCore(core_name);
  CycleModel model(core, {.memoise = memoise});
  unsigned entered = 0;
  const std::vector<Site> sites = Sites(core, thumb::DecodeRun(kBase, program.code));
  model.ExpectNotes(sites);
  std::mt19937 cutter(seed);
  std::mt19937 data(1);  // the same, however blocks are cut
  Outcome outcome;
  for (const size_t index : program.walk) {
    const Program::Run run = program.runs[index];
    for (size_t first = run.first; first < run.end;) {
      size_t end = first;
      do {
        const uint32_t address = kBase + static_cast<uint32_t>(end * 2);
        end += thumb::Decode(address, std::span(program.code).subspan(end)).bytes / 2u;
      } while (end < run.end && cutter() % 100 >= cut);
      const uint32_t from = kBase + static_cast<uint32_t>(first * 2);
      const uint32_t to = kBase + static_cast<uint32_t>(end * 2);
      if (forget_every != 0 && ++entered % forget_every == 0) {
        model.Forget();
        model.ExpectNotes(sites);
      }
      model.Enter(model.Prepare(from, std::span(program.code).subspan(first, end - first)));
      if (first == run.first) outcome.at_runs.push_back(Count(model.cycles()));
      for (const Site& site : sites) {
        if (site.address < from || site.address >= to) continue;
        const uint32_t a = static_cast<uint32_t>(data()) >> (data() % 32);
        const uint32_t b = static_cast<uint32_t>(data()) >> (data() % 32);
        if (site.conditional && a % 2 == 0) continue;
        if (site.kind == Site::Kind::kConditional) {
          model.NoteExecuted(site.address);
        } else if (b % 5 != 0) {
          model.NoteOperands(site.address, a, b);
        }
      }
      first = end;
    }
  }
  outcome.cycles = Count(model.CyclesAtEnd());
  outcome.assumed = model.assumed_sites();
  outcome.evaluations = model.evaluations();
  return outcome;
}

class EveryCore : public testing::TestWithParam<const char*> {};

TEST_P(EveryCore, RemembersWhatItWouldWorkOut) {
  std::mt19937 random(3);
  for (int k = 0; k < 20; ++k) {
    const Program program = RandomProgram(random, 300, 400);
    const Outcome remembered = Execute(GetParam(), program, true, 0, 0);
    const Outcome worked_out = Execute(GetParam(), program, false, 0, 0);
    EXPECT_EQ(remembered, worked_out) << "program " << k;
    EXPECT_LT(remembered.evaluations, worked_out.evaluations);
  }
}

TEST_P(EveryCore, CutsDoNotMatter) {
  std::mt19937 random(4);
  for (int k = 0; k < 20; ++k) {
    const Program program = RandomProgram(random, 300, 200);
    const Outcome whole = Execute(GetParam(), program, true, 0, 0);
    for (const unsigned cut : {10u, 50u, 100u}) {
      EXPECT_EQ(whole, Execute(GetParam(), program, true, cut, cut + static_cast<unsigned>(k)))
          << "program " << k << ", cut at " << cut << " %";
    }
  }
}

TEST_P(EveryCore, WhatItForgetsDoesNotMatter) {
  std::mt19937 random(7);
  for (int k = 0; k < 10; ++k) {
    const Program program = RandomProgram(random, 300, 200);
    const Outcome kept = Execute(GetParam(), program, true, 20, 1);
    for (const unsigned every : {1u, 2u, 7u, 50u}) {
      const Outcome forgot = Execute(GetParam(), program, true, 20, 1, every);
      EXPECT_EQ(kept.at_runs, forgot.at_runs) << "program " << k << ", every " << every;
      EXPECT_EQ(kept.cycles, forgot.cycles);
      EXPECT_EQ(kept.assumed, forgot.assumed);
      EXPECT_LT(kept.evaluations, forgot.evaluations);
    }
  }
}

TEST(CycleModelMemory, IsSmallOnceForgottenAndExplanationsStay) {
  const uint16_t code[] = {0x3001, 0x4770};  // adds r0, #1; bx lr
  const auto run = [&code](bool forgets) {
    CycleModel model(*FindTimingCore("m7"), {.explain = true});
    uint64_t most = 0;
    for (uint32_t k = 0; k < 2000; ++k) {
      if (forgets && k % 100 == 99) model.Forget();
      model.Enter(model.Prepare(0x20000000 + 4 * (k % 1000), code));
      most = std::max(most, model.bytes());
    }
    return std::pair(most, model.Explain());
  };
  const auto [all, whole] = run(false);
  const auto [part, parts] = run(true);
  EXPECT_LT(part * 5, all);
  ASSERT_EQ(whole.size(), 2000u) << "each instruction";
  ASSERT_EQ(parts.size(), whole.size());
  for (size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(parts[i].address, whole[i].address);
    EXPECT_EQ(parts[i].executions, whole[i].executions);
    EXPECT_EQ(parts[i].cycles, whole[i].cycles);
  }
}

TEST_P(EveryCore, RunsAlikeTwice) {
  std::mt19937 random(5);
  const Program program = RandomProgram(random, 400, 400);
  EXPECT_EQ(Execute(GetParam(), program, true, 30, 9), Execute(GetParam(), program, true, 30, 9));
}

TEST_P(EveryCore, TimeNeverGoesBack) {
  std::mt19937 random(6);
  const Program program = RandomProgram(random, 400, 400);
  const Outcome outcome = Execute(GetParam(), program, true, 0, 0);
  EXPECT_TRUE(std::is_sorted(outcome.at_runs.begin(), outcome.at_runs.end()));
  EXPECT_LE(outcome.at_runs.back(), outcome.cycles);
}

INSTANTIATE_TEST_SUITE_P(Cores, EveryCore, testing::Values("m0", "m0plus", "m3", "m4", "m4f", "m7"));

TEST(CycleModel, TellsCyclesInsideABlock) {
  CycleModel model(*FindTimingCore("m3"));
  EXPECT_EQ(Count(model.cycles()), 0u);
  EXPECT_EQ(Count(model.CyclesAtEnd()), 0u);
  // movs r0, #1; ldr r1, [r2]; ldr r3, [r4]; movs r0, #1; b .+0
  const uint16_t code[] = {0x2001, 0x6811, 0x6823, 0x2001, 0xE7FE};
  model.Enter(model.Prepare(kBase, code));
  EXPECT_EQ(Count(model.cycles()), 0u);
  const uint64_t expected[] = {0, 1, 2, 4, 5};
  for (uint32_t k = 0; k < 5; ++k) EXPECT_EQ(Count(model.CyclesAt(kBase + 2 * k)), expected[k]) << k;
  EXPECT_EQ(Count(model.CyclesAtEnd()), 6u);
}

TEST(CycleModel, WaitsForItsFlash) {
  // Lines of 8 bytes, two wait states, prefetch: the code begins at one.
  CycleModel model(*FindTimingCore("m3"), {.flash = {.miss_cycles = 2, .line_bytes = 8, .prefetch = true},
                                           .flash_addresses = {0},
                                           .flash_bytes = 0x10000});
  // Eight ADD.W: two a line, which take two cycles of the three that the next line's read takes.
  std::vector<uint16_t> code;
  for (int k = 0; k < 8; ++k) code.insert(code.end(), {0xEB01, 0x0002});
  model.Enter(model.Prepare(kBase, code));
  EXPECT_EQ(Count(model.cycles()), 0u) << "the block had begun before it waited";
  EXPECT_EQ(Count(model.CyclesAt(kBase)), 2u);
  EXPECT_EQ(Count(model.CyclesAt(kBase + 4)), 3u);
  EXPECT_EQ(Count(model.CyclesAt(kBase + 8)), 5u);
  EXPECT_EQ(Count(model.CyclesAt(kBase + 16)), 8u);
  EXPECT_EQ(Count(model.CyclesAtEnd()), 13u);
  model.ReadFlash(0x100, 4);
  EXPECT_EQ(Count(model.CyclesAtEnd()), 15u);
  const uint16_t next[] = {0x2001};
  model.Enter(model.Prepare(kBase + 32, next));
  EXPECT_EQ(Count(model.cycles()), 15u);
}

TEST(CycleModel, TellsDataApart) {
  CycleModel model(*FindTimingCore("m3"));
  // ldr r0, [r1]; ldr r2, [r3]; movs r0, #1
  const uint16_t code[] = {0x6808, 0x681A, 0x2001};
  const auto cycles = [&](DataAccess first, DataAccess second) {
    const DataAccess accesses[] = {first, second, {}};
    CycleModel fresh(*FindTimingCore("m3"));
    fresh.Enter(fresh.Prepare(kBase, code, accesses));
    return Count(fresh.CyclesAtEnd());
  };
  using enum DataMemory;
  EXPECT_EQ(cycles({}, {}), 4u) << "unknown ones overlap";
  EXPECT_EQ(cycles({kSystemBus, 0}, {kSystemBus, 0}), 4u);
  EXPECT_EQ(cycles({kSystemBus, 0}, {kCodeBus, 0}), 5u) << "another bus";
  EXPECT_EQ(cycles({kPrivate, 0}, {kSystemBus, 0}), 5u);
  EXPECT_EQ(cycles({kSystemBus, 0}, {kSecondBank, 0}), 4u) << "loads of two banks of one bus";
  EXPECT_EQ(cycles({kSystemBus, 2}, {kSystemBus, 0}), 5u) << "two accesses for an unaligned word";
  EXPECT_EQ(cycles({kSystemBus, 1}, {kSystemBus, 3}), 8u) << "three for each odd one";
  EXPECT_NE(model.Prepare(kBase, code),
            model.Prepare(kBase, code, std::vector<DataAccess>(3, {kCodeBus, 0})));
}

TEST(CycleModel, ASecondBankCostsMore) {
  // ldr r0, [r1]; str r0, [r2]; ldr r3, [r4]; movs r0, #1
  const uint16_t code[] = {0x6808, 0x6010, 0x6823, 0x2001};
  const auto cycles = [&](DataMemory memory) {
    CycleModel model(*FindTimingCore("m4"));
    model.Enter(model.Prepare(kBase, code, std::vector<DataAccess>(4, {memory, 0})));
    return Count(model.CyclesAtEnd());
  };
  EXPECT_EQ(cycles(DataMemory::kSystemBus), 6u);
  EXPECT_EQ(cycles(DataMemory::kSecondBank), 8u)
      << "no overlap of the store, and the load waits a cycle more";
}

// A moment inside a block is what it is at the begin of a block that begins there.
TEST(CycleModel, EventsInsideABlockAreThoseOfShorterBlocks) {
  std::mt19937 random(21);
  for (const char* name : {"m0", "m3", "m4f", "m7"}) {
    const Program program = RandomProgram(random, 300, 200);
    CycleModel whole(*FindTimingCore(name), {.count_events = true});
    CycleModel single(*FindTimingCore(name), {.count_events = true});
    for (const size_t index : program.walk) {
      const Program::Run run = program.runs[index];
      const auto part = [&](size_t first, size_t end) {
        return std::span(program.code).subspan(first, end - first);
      };
      whole.Enter(whole.Prepare(kBase + static_cast<uint32_t>(run.first * 2), part(run.first, run.end)));
      for (size_t first = run.first; first < run.end;) {
        const uint32_t address = kBase + static_cast<uint32_t>(first * 2);
        const size_t end = first + thumb::Decode(address, part(first, program.code.size())).bytes / size_t{2};
        single.Enter(single.Prepare(address, part(first, end)));
        const Moment inside = whole.MomentAt(address), at = single.MomentAt(address);
        ASSERT_EQ(Count(inside.cycles), Count(at.cycles)) << name << ' ' << address;
        ASSERT_EQ(inside.instructions, at.instructions) << name << ' ' << address;
        ASSERT_EQ(inside.load_store, at.load_store) << name << ' ' << address;
        ASSERT_EQ(inside.folded, at.folded) << name << ' ' << address;
        first = end;
      }
    }
  }
}

// What each instruction took adds up to what the program took, with and without waits of flash.
TEST(CycleModel, ExplanationAddsUp) {
  std::mt19937 random(11);
  for (const char* name : {"m0", "m3", "m4f", "m7"}) {
    for (const uint16_t waits : {0, 3}) {
      const Program program = RandomProgram(random, 300, 300);
      CycleModel model(*FindTimingCore(name),
                       {.flash = {.miss_cycles = waits, .line_bytes = 8, .prefetch = true},
                        .flash_addresses = {0},
                        .flash_bytes = 0x10000,
                        .explain = true});
      uint64_t instructions = 0;
      for (const size_t index : program.walk) {
        const Program::Run run = program.runs[index];
        const uint32_t from = kBase + static_cast<uint32_t>(run.first * 2);
        const std::span<const uint16_t> code =
            std::span(program.code).subspan(run.first, run.end - run.first);
        model.Enter(model.Prepare(from, code));
        instructions += thumb::DecodeRun(from, code).size();
      }
      uint64_t cycles = 0, executions = 0;
      uint32_t before = 0;
      for (const InstructionCycles& row : model.Explain()) {
        EXPECT_GT(row.address, before) << "by address";
        before = row.address;
        EXPECT_EQ(row.cycles, row.own + row.operand + row.bus + row.fetch + row.refill + row.pairing +
                                  row.flash + row.guess);
        cycles += row.cycles;
        executions += row.executions;
      }
      EXPECT_EQ(executions, instructions) << name;
      EXPECT_EQ(cycles, Count(model.CyclesAtEnd())) << name << ", " << waits << " wait states";
    }
  }
}

// The same, of lines of flash that wait: each instruction begins when it would in blocks of its own.
TEST(CycleModel, CutsDoNotMatterInFlash) {
  std::mt19937 random(12);
  for (const char* name : {"m0", "m3", "m7"}) {
    for (const auto line_bytes : {uint16_t{4}, uint16_t{8}, uint16_t{16}}) {
      const ModelOptions options = {
          .flash = {.miss_cycles = 3, .line_bytes = line_bytes, .prefetch = line_bytes == 8},
          .flash_addresses = {0x8000000, 0},
          .flash_bytes = 0x10000};
      const Program program = RandomProgram(random, 60, 40);
      CycleModel whole(*FindTimingCore(name), options), apart(*FindTimingCore(name), options);
      for (const size_t index : program.walk) {
        const Program::Run run = program.runs[index];
        const std::span<const uint16_t> code =
            std::span(program.code).subspan(run.first, run.end - run.first);
        const uint32_t from = kBase + static_cast<uint32_t>(run.first * 2);
        whole.Enter(whole.Prepare(from, code));
        for (const thumb::Instruction& i : thumb::DecodeRun(from, code)) {
          apart.Enter(apart.Prepare(i.address, code.subspan((i.address - from) / 2, i.bytes / 2u)));
          ASSERT_EQ(Count(whole.CyclesAt(i.address)), Count(apart.CyclesAt(i.address)))
              << name << ", lines of " << line_bytes << " at " << std::hex << i.address;
        }
      }
      EXPECT_EQ(Count(whole.CyclesAtEnd()), Count(apart.CyclesAtEnd()));
    }
  }
}

// A block waits for flash where the flash is: from its first byte to its last.
TEST(CycleModel, FlashIsWhereItIs) {
  const struct {
    uint32_t address;
    bool waits;
  } kRows[] = {{0x07FFFFFE, false}, {0x08000000, true}, {0x0800FFFE, true}, {0x08010000, false},
               {0, true},           {0xFFFE, true},     {0x10000, false},   {0x20000000, false}};
  for (const auto& row : kRows) {
    CycleModel model(*FindTimingCore("m3"), {.flash = {.miss_cycles = 5, .line_bytes = 8},
                                             .flash_addresses = {0x08000000, 0},
                                             .flash_bytes = 0x10000});
    const uint16_t code[] = {0x2001};
    model.Enter(model.Prepare(row.address, code));
    EXPECT_EQ(Count(model.CyclesAt(row.address)), row.waits ? 5u : 0u) << std::hex << row.address;
  }
}

TEST(CycleModel, ManyOutcomesOfOneBlockAreToldApart) {
  // Two divisions, of 2 to 12 cycles each, by what they divide: 81 outcomes, more than are remembered.
  CycleModel model(*FindTimingCore("m3"));
  // udiv r0, r1, r2; udiv r4, r3, r5; b .-8
  const uint16_t code[] = {0xFBB1, 0xF0F2, 0xFBB3, 0xF4F5, 0xE7FA};
  const BlockId block = model.Prepare(kBase, code);
  const auto dividend = [](uint32_t cycles) {
    return cycles == 2 ? 0 : cycles == 3 ? 1 : 1u << (4 * (cycles - 5));
  };
  const auto divisor = [](uint32_t cycles) { return cycles == 3 ? 2u : 1u; };
  uint64_t expected = 0;
  for (int round = 0; round < 2; ++round) {
    for (const uint32_t first : {2u, 3u, 5u, 6u, 7u, 8u, 9u, 10u, 11u}) {
      for (const uint32_t second : {2u, 3u, 5u, 6u, 7u, 8u, 9u, 10u, 11u}) {
        model.Enter(block);
        EXPECT_EQ(Count(model.cycles()), expected);
        model.NoteOperands(kBase, dividend(first), divisor(first));
        model.NoteOperands(kBase + 4, dividend(second), divisor(second));
        expected += first + second + 2;  // of the branch
      }
    }
  }
  EXPECT_EQ(model.assumed_sites(), 0u);
}

TEST(CycleModel, NotesOfOtherPlacesDoNotCount) {
  // movs; umull r0, r1, r2, r3; movs: on M4 operands do not matter.
  const uint16_t code[] = {0x2001, 0xFBA2, 0x0103, 0x2001};
  CycleModel m4(*FindTimingCore("m4")), m3(*FindTimingCore("m3"));
  for (CycleModel* model : {&m4, &m3}) {
    model->NoteExecuted(kBase);
    model->NoteOperands(kBase + 2, 1, 1);
    model->Enter(model->Prepare(kBase, code));
    for (const uint32_t at : {0u, 4u, 6u, 8u, 100u}) model->NoteOperands(kBase + at, 1, 1);
    EXPECT_EQ(Count(model->CyclesAtEnd()), model == &m4 ? 3u : 7u) << "the longest on M3";
    model->NoteOperands(kBase + 2, 0x10001, 1);
    EXPECT_EQ(Count(model->CyclesAtEnd()), model == &m4 ? 3u : 6u);
  }
}

// In an IT block, where only a note tells.
TEST(CycleModel, ABranchInAnItBlockToTheNextInstructionIsTakenWhenNoted) {
  // cmp r0, r1; it eq; beq .+2
  const uint16_t code[] = {0x4288, 0xBF08, 0xE7FF};
  const uint16_t next[] = {0x2001};
  for (const bool taken : {false, true}) {
    CycleModel model(*FindTimingCore("m3"));
    model.Enter(model.Prepare(kBase, code));
    if (taken) model.NoteExecuted(kBase + 4);
    model.Enter(model.Prepare(kBase + 6, next));
    EXPECT_EQ(Count(model.cycles()), taken ? 3u : 2u) << "1, 0 and 2 or 1";
  }
}

TEST(CycleModel, AnExecutedConditionalInstructionTakesWhatItTakes) {
  // it eq; umulleq r0, r1, r2, r3; movs
  const uint16_t code[] = {0xBF00, 0xBF08, 0xFBA2, 0x0103, 0x2001};
  for (const bool executed : {false, true}) {
    CycleModel model(*FindTimingCore("m4"));
    const Site sites[] = {{.address = kBase + 4, .conditional = true}};
    model.ExpectNotes(sites);
    model.Enter(model.Prepare(kBase, code));
    if (executed) model.NoteExecuted(kBase + 4);
    EXPECT_EQ(Count(model.CyclesAtEnd()), 3u) << executed;
  }
}

TEST(CycleModel, AnyDataMakeABlockOfTheirOwn) {
  CycleModel model(*FindTimingCore("m3"));
  const uint16_t load[] = {0x6808};
  std::set<BlockId> ids = {model.Prepare(kBase, load)};
  for (uint8_t memory = 0; memory < 6; ++memory) {
    for (uint8_t misaligned = 0; misaligned < 4; ++misaligned) {
      const DataAccess access[] = {{static_cast<DataMemory>(memory), misaligned}};
      ids.insert(model.Prepare(kBase, load, access));
    }
  }
  EXPECT_EQ(ids.size(), 25u);
}

TEST(CycleModel, CountsUnknownInstructionsOnce) {
  const struct {
    const char* core;
    std::vector<uint16_t> code;
    uint32_t unknown;
  } kRows[] = {{"m3", {0xBA80}, 1},                                       // between REV16 and REVSH
               {"m3", {0xBA80, 0xBA80}, 2}, {"m3", {0xEE30, 0x0A20}, 1},  // vadd.f32
               {"m4", {0xEE30, 0x0A20}, 1}, {"m4f", {0xEE30, 0x0A20}, 0},
               {"m7", {0xEE30, 0x0A20}, 0}, {"m3", {0x2001}, 0}};
  for (const auto& row : kRows) {
    CycleModel model(*FindTimingCore(row.core));
    for (int turn = 0; turn < 2; ++turn) model.Prepare(kBase, row.code);
    EXPECT_EQ(model.unknown_instructions(), row.unknown) << row.core;
    EXPECT_EQ(model.evaluations(), 0u);
    model.Enter(model.Prepare(kBase, row.code));
    model.Enter(model.Prepare(0x3000, row.code));
    EXPECT_EQ(model.evaluations(), 1u) << "of the first block's end";
  }
}

TEST(CycleModel, EqualBlocksHaveEqualIds) {
  CycleModel model(*FindTimingCore("m3"));
  const uint16_t one[] = {0x2001};
  const uint16_t other[] = {0x2002};
  EXPECT_EQ(model.Prepare(kBase, one), model.Prepare(kBase, one));
  EXPECT_NE(model.Prepare(kBase, one), model.Prepare(kBase, other)) << "code that changed";
  EXPECT_NE(model.Prepare(kBase, one), model.Prepare(kBase + 2, one));
}

TEST(CycleModel, UnconditionalBranchToTheNextInstructionIsTaken) {
  CycleModel model(*FindTimingCore("m3"));
  const uint16_t branch[] = {0xE7FF};  // b .+2
  const uint16_t behind[] = {0x2001};
  model.Enter(model.Prepare(kBase, branch));
  model.Enter(model.Prepare(kBase + 2, behind));
  EXPECT_EQ(Count(model.cycles()), 2u);
}

TEST(CycleModel, CountsWhatItDoesNotKnow) {
  CycleModel model(*FindTimingCore("m3"));
  const uint16_t undefined[] = {0xB100 | 0x0F00 | 0x00FF, 0xEE30,
                                0x0A20};  // a hint; vadd.f32, which M3 has not
  model.Prepare(kBase, undefined);
  EXPECT_GE(model.unknown_instructions(), 1u);
  const uint16_t divide[] = {0xFBB1, 0xF0F2};  // udiv r0, r1, r2
  model.Enter(model.Prepare(kBase + 16, divide));
  EXPECT_EQ(Count(model.CyclesAtEnd()), 12u) << "the longest";
  model.Enter(model.Prepare(kBase + 20, {undefined, 1}));
  EXPECT_EQ(model.assumed_sites(), 1u);
}

}  // namespace
}  // namespace atome::timing
