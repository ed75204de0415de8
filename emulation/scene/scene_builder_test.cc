#include "emulation/scene/scene_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulation/testing/frames.h"

namespace atome::emulation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;
using ::testing::StartsWith;

class SceneTest : public FramesTest {
 protected:
  // The fixture's call trace up to the second instruction of leaf.
  SceneFacts Facts() {
    blocks_ = {{At("reset"), 4}, {At("outer"), 6}, {At("framed"), 10}, {At("guessed"), 8}, {At("leaf"), 4}};
    return {.pc = At("leaf") + 2,
            .registers = registers_,
            .xpsr = 0x60000000,
            .blocks = blocks_,
            .read = Reader(),
            .fault = std::nullopt,
            .map = MapOf(*FindCore("m3"))};
  }
  Scene Build(const SceneFacts& facts, const char* core = "m3") {
    return BuildScene(facts, *FindCore(core), *image_);
  }
  Scene BuildFault(FaultKind kind, std::optional<uint32_t> address = std::nullopt) {
    SceneFacts facts = Facts();
    facts.fault = FaultFacts{.kind = kind, .pc = facts.pc, .address = address};
    return Build(facts);
  }
  static std::vector<std::string> Texts(const Scene& scene) {
    std::vector<std::string> texts;
    for (const SceneInstruction& instruction : scene.last_instructions) texts.push_back(instruction.text);
    return texts;
  }
  std::vector<thumb::Block> blocks_;
};

TEST_F(SceneTest, ShowsTheLastInstructions) {
  const Scene scene = Build(Facts());
  EXPECT_THAT(Texts(scene),
              ElementsAre("mov r7, sp", "sub sp, #0x10", StartsWith("bl #0x"), "push {r4, r5, r6, lr}",
                          "sub sp, #4", StartsWith("bl #0x"), "adds r0, #1", "bx lr"));
  EXPECT_EQ(scene.last_instructions[2].comment, "guessed");
  EXPECT_EQ(scene.last_instructions[5].comment, "leaf");
  for (size_t i = 0; i < 8; ++i) EXPECT_EQ(scene.last_instructions[i].here, i == 7);
  EXPECT_EQ(scene.last_instructions[7].address, At("leaf") + 2);
  EXPECT_THAT(scene.last_instructions[7].place, MatchesRegex("leaf\\+0x2 \\(call_frames\\.S:[0-9]+\\)"));
}

TEST_F(SceneTest, EndsWhereTheRunEnded) {
  SceneFacts facts = Facts();
  facts.pc = At("leaf");
  EXPECT_EQ(Texts(Build(facts)).back(), "adds r0, #1");
  facts.pc = At("guessed");  // not in the last block
  EXPECT_THAT(Texts(Build(facts)), ElementsAre("push {r4, r5, r6, lr}"));
  facts.blocks = {};
  EXPECT_THAT(Texts(Build(facts)), ElementsAre("push {r4, r5, r6, lr}"));
  facts.pc = 0x30000000;
  EXPECT_THAT(Texts(Build(facts)), IsEmpty());
}

TEST_F(SceneTest, ReadsAnItBlockAcrossBlocks) {
  const auto image = GuestImage("it_blocks");
  ASSERT_NE(image, nullptr);
  const uint32_t begin = image->FindSymbol("reset").value() + 4;
  const std::vector<thumb::Block> blocks = {{begin, 6}, {begin + 6, 6}};  // cut behind ITE
  SceneFacts facts = Facts();
  facts.read = [&](uint32_t address) { return image->WordAt(address); };
  facts.blocks = blocks;
  facts.pc = begin + 8;
  EXPECT_THAT(Texts(BuildScene(facts, *FindCore("m3"), *image)),
              ElementsAre(StartsWith("tst"), "ite eq", "addeq r5, #3", "addwne r5, r5, #1"));
}

TEST_F(SceneTest, TracesTheCalls) {
  const Scene scene = Build(Facts());
  ASSERT_THAT(scene.call_trace, SizeIs(5));
  EXPECT_THAT(scene.call_trace[0].place, StartsWith("leaf+0x2"));
  EXPECT_THAT(scene.call_trace[4].place, StartsWith("reset+0x0"));
}

TEST_F(SceneTest, TracesThroughAReturnToNowhere) {
  // The return has taken its 16 bytes off the stack already.
  ram_[kGuessedSlot] = 0x30000001;
  SceneFacts facts = Facts();
  facts.pc = At("guessed_pop");
  facts.registers[13] = kSp + 20;
  facts.fault = FaultFacts{.kind = FaultKind::kUnmappedFetch, .pc = facts.pc, .address = 0x30000000};
  const Scene scene = Build(facts);
  EXPECT_EQ(scene.registers[13], kSp + 20);
  EXPECT_EQ(scene.registers[15], facts.pc);
  EXPECT_THAT(scene.call_trace.front().place, StartsWith("guessed"));
}

TEST_F(SceneTest, SaysWhereRegistersPoint) {
  SceneFacts facts = Facts();
  facts.registers[0] = kSp + 8;
  facts.registers[1] = At("outer") | 1;  // a small number: no pointer
  facts.registers[2] = 0x30000000;
  const Scene scene = Build(facts);
  EXPECT_EQ(scene.register_places[0], "stack, sp+0x8");
  EXPECT_EQ(scene.register_places[1], "");
  EXPECT_EQ(scene.register_places[2], "");
  EXPECT_EQ(scene.register_places[13], "");
  EXPECT_THAT(scene.register_places[14], StartsWith("return to guessed+0x8"));
  EXPECT_THAT(scene.register_places[15], StartsWith("leaf+0x2"));
  facts.registers[14] &= ~1u;  // no address that code returns to
  EXPECT_EQ(Build(facts).register_places[14], "");
}

TEST_F(SceneTest, SaysWhichObjectARegisterPointsTo) {
  const auto image = GuestImage("work_m3");
  ASSERT_NE(image, nullptr);
  SceneFacts facts = Facts();
  facts.registers[3] = image->FindSymbol("values").value() + 16;
  facts.registers[4] = image->FindSymbol("Round").value() | 1;
  uint32_t far = 0;  // a function at an address that is no small number
  for (const ElfImage::SizedSymbol& symbol : image->SizedSymbols())
    if (symbol.function && symbol.address >= 0x400) far = symbol.address;
  facts.registers[5] = far | 1;
  facts.registers[6] = far;
  const Scene scene = BuildScene(facts, *FindCore("m3"), *image);
  EXPECT_EQ(scene.register_places[3], "values+0x10");
  ASSERT_NE(far, 0u);
  EXPECT_EQ(scene.register_places[5], image->Symbolise(far));
  EXPECT_EQ(scene.register_places[6], "") << "no pointer to Thumb code";
}

TEST_F(SceneTest, RecognisesStackOverflow) {
  EXPECT_EQ(Build(Facts()).stack, "");
  SceneFacts facts = Facts();
  facts.registers[13] = 0x1FFFFFF0;
  EXPECT_EQ(
      Build(facts).stack,
      "Stack overflow: SP is 16 bytes below the stack of 4096 bytes from 0x20001000 down to 0x20000000");
  facts.registers[13] = 0x20000004;  // PUSH faults before it moves SP
  facts.fault = FaultFacts{.kind = FaultKind::kUnmappedWrite, .pc = facts.pc, .address = 0x1FFFFFF4};
  const Scene scene = Build(facts);
  EXPECT_EQ(
      scene.stack,
      "Stack overflow: the access at 0x1ffffff4 is 12 bytes below the stack of 4096 bytes from 0x20001000 "
      "down to 0x20000000, of which SP has left 4");
  EXPECT_THAT(scene.fault_status->bits, HasSubstr("STKERR"));
  facts.fault->address = 0x20000000;
  EXPECT_EQ(Build(facts).stack, "") << "the stack's last word";
  facts.fault->address = 0x1FFFFFFF;
  EXPECT_THAT(Build(facts).stack, HasSubstr("is 1 bytes below"));
  facts.registers[13] = 0x40000000;
  EXPECT_THAT(Build(facts).stack, HasSubstr("SP is not in RAM"));
}

TEST_F(SceneTest, GivesTheFaultStatus) {
  const Scene scene = BuildFault(FaultKind::kUndefinedInstruction);
  ASSERT_TRUE(scene.fault_status);
  EXPECT_EQ(scene.fault_status->cfsr, 0x10000u);
  EXPECT_EQ(scene.blocks_seen, 0u);
  EXPECT_FALSE(Build(Facts()).fault_status);
}

TEST_F(SceneTest, FindsTheLoop) {
  std::vector<thumb::Block> blocks;
  for (int i = 0; i < 40; ++i) {
    blocks.push_back({At("guessed"), 8});
    blocks.push_back({At("leaf"), 4});
  }
  SceneFacts facts = Facts();
  facts.blocks = blocks;
  const Scene scene = Build(facts);
  EXPECT_EQ(scene.blocks_seen, 64u);
  ASSERT_TRUE(scene.loop);
  EXPECT_THAT(scene.loop->blocks, ElementsAre(At("guessed"), At("leaf")));
  EXPECT_EQ(scene.loop->instructions, 5u);
  EXPECT_EQ(scene.loop->rounds, 32u);
  EXPECT_THAT(scene.loop->places, ElementsAre(MatchesRegex("guessed \\(call_frames\\.S:[0-9]+-[0-9]+\\)"),
                                              MatchesRegex("leaf \\(call_frames\\.S:[0-9]+-[0-9]+\\)")));
  EXPECT_FALSE(Build(Facts()).loop);
  EXPECT_EQ(Build(Facts()).blocks_seen, 5u);
}

TEST_F(SceneTest, SurvivesNonsense) {
  SceneFacts facts = Facts();
  const std::vector<thumb::Block> blocks = {{0xFFFFFFF0, 0xFFFFFFFF}, {0x41, 3},       {0, 0},
                                            {0x30000000, 8},          {At("leaf"), 0}, {0xFFFFFFFE, 4}};
  facts.blocks = blocks;
  facts.registers.fill(0xFFFFFFFF);
  for (const uint32_t pc : {0u, 0x41u, 0xFFFFFFFEu, At("leaf")}) {
    facts.pc = pc;
    Build(facts);
    facts.fault = FaultFacts{.kind = FaultKind::kArmState, .pc = pc, .address = std::nullopt};
    Build(facts);
    facts.fault = std::nullopt;
  }
}

}  // namespace
}  // namespace atome::emulation
