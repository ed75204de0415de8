// The models on recordings of real chips, and the reading of these.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "emulation/base/subprocess.h"
#include "emulation/silicon/accuracy.h"
#include "emulation/silicon/replay.h"

namespace atome::silicon {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Contents(const std::string& path) {
  std::ifstream file(std::string(ATOME_SOURCE_DIR) + "/" + path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::vector<Fact>& CommittedFacts() {
  static const FactsFile file = ReadFacts(Contents("emulation/silicon/facts.csv"), "facts.csv");
  EXPECT_EQ(file.error, "");
  return file.facts;
}

constexpr char kHeader[] = "core,chip,code_memory,start_mod_8,sequence,operands,cycles,category\n";
constexpr char kLine[] =
    "m3,STM32F100 (r1p1),\"code bus, 0 wait\",4,\"LDR.W r0, [r1]; NOP.N; LDR.W r2, [r1]\",,3,other/nop\n";

// A core got worse, or better: state what is so. `atome silicon --evidence emulation/silicon/evidence.json`.
TEST(Evidence, IsWhatTheModelsGive) {
  const std::vector<Comparison> comparisons = Compare(CommittedFacts());
  EXPECT_EQ(comparisons.size(), CommittedFacts().size()) << "a core that is not modelled";
  EXPECT_EQ(EvidenceText(comparisons), Contents("emulation/silicon/evidence.json"));
}

// Not below what was reached once, whatever evidence.json is made to say.
TEST(Evidence, StaysWhereItWas) {
  struct Reached {
    const char* core;
    const char* code_memory;
    double exact_percent, mean_percent;
  };
  for (const Reached& reached :
       {Reached{"m3", "code bus, 0 wait", 98.9, 0.2}, Reached{"m3", "system bus RAM", 84, 2.0},
        Reached{"m4", "system bus RAM", 94, 0.7}}) {
    Score score;
    for (const Comparison& comparison : Compare(CommittedFacts())) {
      if (comparison.fact->core == reached.core && comparison.fact->code_memory == reached.code_memory)
        score.Add(comparison);
    }
    EXPECT_GE(score.exact_percent(), reached.exact_percent) << reached.core << ", " << reached.code_memory;
    EXPECT_LE(score.mean_percent, reached.mean_percent) << reached.core << ", " << reached.code_memory;
  }
}

TEST(Evidence, IsOfCoresThatWereSeen) {
  ASSERT_NE(EvidenceFor("m3"), nullptr);
  EXPECT_THAT(std::string(EvidenceFor("m3")->code_memory), StartsWith("code bus"));
  EXPECT_NE(EvidenceFor("m4f"), nullptr);
  for (const char* core : {"m0", "m0plus", "m7"}) EXPECT_EQ(EvidenceFor(core), nullptr) << core;
}

TEST(Evidence, ScoresAddUp) {
  const Fact fact{.line = 1, .core = "m3", .cycles = 10};
  Score score;
  score.Add({&fact, 10, 0});
  score.Add({&fact, 13, 30});
  EXPECT_EQ(score.measured, 2u);
  EXPECT_DOUBLE_EQ(score.exact_percent(), 50);
  EXPECT_DOUBLE_EQ(score.mean_percent, 15);
  EXPECT_DOUBLE_EQ(score.worst_percent, 30);
}

TEST(Facts, AreReadAndWritten) {
  const std::string csv = Contents("emulation/silicon/facts.csv");
  EXPECT_EQ(WriteFacts(CommittedFacts()), csv);
}

TEST(Facts, KeepWhatTheNotationSays) {
  const FactsFile file = ReadFacts(
      std::string(kHeader) +
          "m3,STM32F100 (r1p1),\"code bus, 0 wait\",6,\"LDR.W r0, [r1]; ITE.N eq; (LDR.N r2, [r3]); "
          "LDR.N r2, [r4] <S+2>; BNE.W >no; B.N >+20; LDR.N r5, [r4] <C>; LDR.W r6, "
          "[r1]\",\"ff,10\",12,x/y\n",
      "f.csv");
  ASSERT_EQ(file.error, "");
  const std::vector<Step>& steps = file.facts.at(0).steps;
  ASSERT_EQ(steps.size(), 8u);
  EXPECT_EQ(steps[0].address % 8, 6u);
  EXPECT_EQ(steps[0].access.memory, timing::DataMemory::kPrivate);
  EXPECT_TRUE(steps[2].skipped);
  EXPECT_EQ(steps[3].access.memory, timing::DataMemory::kSystemBus);
  EXPECT_EQ(steps[3].access.misaligned, 2);
  EXPECT_EQ(steps[3].text, "LDR.N r2, [r4]");
  EXPECT_EQ(steps[4].flow, Step::Flow::kNotTaken);
  EXPECT_EQ(steps[6].address, steps[5].address + 20);
  EXPECT_EQ(steps[6].access.memory, timing::DataMemory::kCodeMemory);
  EXPECT_EQ(file.facts[0].operands, std::make_pair(0xFFu, 0x10u));
}

TEST(Facts, BadOnesAreNamed) {
  const auto error = [](const std::string& csv) { return ReadFacts(csv, "f.csv").error; };
  const auto changed = [](std::string_view from, std::string_view to) {
    std::string text = std::string(kHeader) + kLine;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  EXPECT_EQ(error(std::string(kHeader) + kLine), "");
  EXPECT_THAT(error(""), HasSubstr("f.csv:1: no column \"core\""));
  EXPECT_THAT(error(kHeader), HasSubstr("no facts below the header"));
  EXPECT_THAT(error(changed(",4,", ",3,")), HasSubstr("f.csv:2: start_mod_8 \"3\""));
  EXPECT_THAT(error(changed(",3,other", ",three,other")), HasSubstr("cycles \"three\" is no number"));
  EXPECT_THAT(error(changed("NOP.N", "NOP")), HasSubstr("\"NOP\" tells no size"));
  EXPECT_THAT(error(changed("NOP.N", "NOP.N <X>")), HasSubstr("\"<X>\" is no place of data"));
  EXPECT_THAT(error(changed("NOP.N", "B.N >far")), HasSubstr("is no distance"));
  EXPECT_THAT(error(changed("code bus", "moon")), HasSubstr("code_memory"));
  EXPECT_THAT(error(changed("; NOP.N; LDR.W r2, [r1]", "")), HasSubstr("two LDR"));
  EXPECT_THAT(error(changed("LDR.W r0", "STR.W r0")), HasSubstr("begins and ends with the LDR"));
  for (const char* operands : {",\"12\",3", ",\"xy,10\",3", ",\"10,xy\",3", ",\"1,2,3\",3"})
    EXPECT_THAT(error(changed(",,3", operands)), HasSubstr("two hexadecimal numbers")) << operands;
  EXPECT_EQ(error(std::string(kHeader) + "\n" + kLine + "\n\n" + kLine), "") << "empty lines";
  EXPECT_EQ(ReadFacts(std::string(kHeader) + "\n" + kLine + "\n" + kLine, "f.csv").facts.size(), 2u);
  std::string coded = std::string(kHeader) + kLine;
  coded.insert(coded.find('\n'), ",code");
  coded.insert(coded.rfind('\n'), ",f8d10000 bf00");
  EXPECT_THAT(error(coded), HasSubstr("another number of instructions"));
}

// The code in the file is what the assembler makes of the sequences.
TEST(Facts, AreAssembled) {
  if (emulation::FindProgram("arm-none-eabi-as").empty())
    GTEST_SKIP() << "arm-none-eabi-as not found (package binutils-arm-none-eabi)";
  std::vector<Fact> facts = CommittedFacts();
  for (Fact& fact : facts) {
    for (Step& step : fact.steps) step.halfwords.clear();
  }
  const Assembly all = Assemble(facts);
  ASSERT_EQ(all.error, "");
  ASSERT_TRUE(all.left_out.empty()) << all.left_out.front().why;
  for (size_t k = 0; k < facts.size(); ++k) {
    for (size_t s = 0; s < facts[k].steps.size(); ++s)
      ASSERT_EQ(facts[k].steps[s].halfwords, CommittedFacts()[k].steps[s].halfwords)
          << "line " << facts[k].line;
  }
  // What the assembler refuses is left out, the rest stays.
  FactsFile wrong = ReadFacts(std::string(kHeader) + kLine + kLine + kLine, "f.csv");
  wrong.facts[1].steps[1].text = "FLY.N r1";
  const Assembly assembly = Assemble(wrong.facts);
  EXPECT_EQ(assembly.error, "");
  ASSERT_EQ(assembly.left_out.size(), 1u);
  EXPECT_EQ(assembly.left_out[0].line, 3u);
  EXPECT_THAT(assembly.left_out[0].why, HasSubstr("\"fly.n r0\" does not assemble"));
  ASSERT_EQ(wrong.facts.size(), 2u);
  EXPECT_EQ(wrong.facts[1].steps[1].halfwords, std::vector<uint16_t>{0xBF00});
}

// LSUCNT, CPICNT and FOLDCNT: of the sequences whose cycles are exact, nearly all.
TEST(Replay, CountsWhatTheCountersCounted) {
  uint32_t recorded = 0, exact = 0;
  for (const Fact& fact : CommittedFacts()) {
    if (!fact.load_store || !fact.more_cycles) continue;
    const timing::Moment events = ReplayEvents(*CoreOf(fact), fact);
    if (Count(events.cycles) != fact.cycles) continue;
    EXPECT_EQ(events.instructions + 1, fact.steps.size());
    ++recorded;
    exact += events.load_store == *fact.load_store && events.more_cycles() == *fact.more_cycles &&
             events.folded == fact.folded.value_or(0);
  }
  EXPECT_GE(recorded, 140u);
  EXPECT_GE(exact, recorded * 95 / 100);
}

TEST(Replay, ExplainsEachInstruction) {
  FactsFile file = ReadFacts(Contents("emulation/silicon/facts.csv"), "facts.csv");
  const Fact& fact = file.facts.front();
  const auto rows = ExplainReplay(*CoreOf(fact), fact);
  ASSERT_EQ(rows.size(), fact.steps.size());
  uint64_t before_last = 0;
  for (size_t k = 0; k + 1 < rows.size(); ++k) before_last += rows[k].cycles;
  // The last instruction's waits are within the span, its own cycles are not.
  EXPECT_EQ(before_last + rows.back().cycles - rows.back().own, Replay(*CoreOf(fact), fact));
}

TEST(Replay, KnowsNoOtherCores) {
  Fact fact = CommittedFacts().front();
  fact.core = "z80";
  EXPECT_FALSE(CoreOf(fact));
}

}  // namespace
}  // namespace atome::silicon
