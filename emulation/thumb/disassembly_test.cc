#include "emulation/thumb/disassembly.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace atome::thumb {
namespace {

using ::testing::ElementsAre;

std::vector<uint8_t> Bytes(std::initializer_list<uint16_t> halfwords) {
  std::vector<uint8_t> bytes;
  for (const uint16_t halfword : halfwords) {
    bytes.push_back(static_cast<uint8_t>(halfword));
    bytes.push_back(static_cast<uint8_t>(halfword >> 8));
  }
  return bytes;
}

std::string One(std::initializer_list<uint16_t> halfwords, uint32_t address = 0x100) {
  const std::vector<Disassembled> run = DisassembleRun(Bytes(halfwords), address);
  return run.empty() ? "" : run.front().text;
}

std::vector<std::string> Texts(const std::vector<Disassembled>& run) {
  std::vector<std::string> texts;
  for (const Disassembled& instruction : run) texts.push_back(instruction.text);
  return texts;
}

TEST(Disassembly, ShowsOneInstruction) {
  EXPECT_EQ(One({0x6843}), "ldr r3, [r0, #4]");
  EXPECT_EQ(One({0xE92D, 0x41F0}), "push.w {r4, r5, r6, r7, r8, lr}");
  EXPECT_EQ(One({0xE8BD, 0x9E00}), "pop.w {r9, r10, r11, r12, pc}");
  EXPECT_EQ(One({0xBEAB}), "bkpt #0xab");
  EXPECT_EQ(One({0x6843, 0xFFFF}), "ldr r3, [r0, #4]");
  EXPECT_EQ(One({0xEE20, 0x0A00}), "vmul.f32 s0, s0, s0");
  EXPECT_EQ(One({0xFA21, 0xF080}), "sxtab16 r0, r1, r0");  // DSP extension
  EXPECT_EQ(One({0xF3EF, 0x8005}), "mrs r0, ipsr");        // M profile
}

TEST(Disassembly, ShowsWhatIsNoInstruction) {
  EXPECT_EQ(One({0xFFFF, 0xFFFF}), "undefined: 0xffff 0xffff");
  EXPECT_EQ(One({0xDEFE}), "udf #254");
  EXPECT_EQ(One({0xDE00}), "udf #0");
  EXPECT_EQ(One({0xF000}), "cut off: 0xf000");
  EXPECT_EQ(One({}), "");
}

TEST(Disassembly, GivesTargets) {
  const auto run = DisassembleRun(Bytes({0xF000, 0xF802, 0xD1F7, 0xB130, 0x4798, 0x3501}), 0x100);
  ASSERT_EQ(run.size(), 5u);
  EXPECT_EQ(run[0].target, 0x108u);  // BL
  EXPECT_EQ(run[1].target, 0xF6u);   // BNE
  EXPECT_EQ(run[2].target, 0x116u);  // CBZ
  EXPECT_EQ(run[3].target, std::nullopt);
  EXPECT_EQ(run[4].target, std::nullopt);
  EXPECT_EQ(run[4].address, 0x10Au);
}

TEST(Disassembly, FollowsItBlocks) {
  EXPECT_THAT(Texts(DisassembleRun(Bytes({0xBF0C, 0x3503, 0x3501, 0x3501}), 0x100)),
              ElementsAre("ite eq", "addeq r5, #3", "addne r5, #1", "adds r5, #1"));
  // Nothing is left over from the run before.
  DisassembleRun(Bytes({0xBF0C}), 0x100);
  EXPECT_EQ(One({0x3501}), "adds r5, #1");
}

TEST(Disassembly, GoesOnAfterWhatIsNoInstruction) {
  EXPECT_THAT(Texts(DisassembleRun(Bytes({0x3501, 0xFFFF, 0xFFFF, 0x3501, 0xF000}), 0x100)),
              ElementsAre("adds r5, #1", "undefined: 0xffff 0xffff", "adds r5, #1", "cut off: 0xf000"));
}

TEST(Disassembly, SurvivesNoise) {
  std::mt19937 random(1);
  for (int i = 0; i < 300; ++i) {
    std::vector<uint8_t> noise(1 + random() % 200);
    for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random());
    uint32_t last = 0xFFF;
    for (const Disassembled& instruction : DisassembleRun(noise, 0x1000)) {
      EXPECT_FALSE(instruction.text.empty());
      EXPECT_GT(instruction.address, last);
      last = instruction.address;
    }
  }
}

}  // namespace
}  // namespace atome::thumb
