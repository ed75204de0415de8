#include "emulation/thumb/thumb_frame.h"

#include <gtest/gtest.h>

#include <vector>

namespace atome::thumb {
namespace {

using emulation::MemoryReader;

// Halfwords from address 0 on.
MemoryReader Code(std::vector<uint16_t> code) {
  code.resize(code.size() + code.size() % 2);
  return [code](uint32_t address) -> std::optional<uint32_t> {
    const size_t index = address / 2;
    if (index + 1 >= code.size()) return std::nullopt;
    return code[index] | static_cast<uint32_t>(code[index + 1]) << 16;
  };
}

uint32_t FrameBytes(std::vector<uint16_t> code) {
  const auto end = static_cast<uint32_t>(2 * code.size());
  return GuessFrame(0, end, Code(std::move(code))).bytes;
}

TEST(ThumbFrame, KnowsHowSpMovesDown) {
  EXPECT_EQ(FrameBytes({0xB5F0}), 20u);                  // PUSH {r4-r7, lr}
  EXPECT_EQ(FrameBytes({0xB430}), 8u);                   // PUSH {r4, r5}
  EXPECT_EQ(FrameBytes({0xB08A}), 40u);                  // SUB SP, #40
  EXPECT_EQ(FrameBytes({0xE92D, 0x4FF0}), 36u);          // PUSH.W {r4-r11, lr}
  EXPECT_EQ(FrameBytes({0xF84D, 0xED04}), 4u);           // PUSH.W {lr}
  EXPECT_EQ(FrameBytes({0xED2D, 0x8B04}), 16u);          // VPUSH {d8, d9}
  EXPECT_EQ(FrameBytes({0xF5AD, 0x7D00}), 512u);         // SUB.W SP, #512
  EXPECT_EQ(FrameBytes({0xF2AD, 0x4D0C}), 1036u);        // SUBW SP, #1036
  EXPECT_EQ(FrameBytes({0xB5F0, 0xB083, 0x2000}), 32u);  // both; MOVS
  EXPECT_EQ(FrameBytes({0xB510, 0xBD10, 0xB002}), 8u);   // what returns takes nothing away
  EXPECT_EQ(FrameBytes({0xF8CD, 0xB5F0, 0x4770}), 0u);   // the second half of STR.W is not a PUSH
}

TEST(ThumbFrame, FindsWhatWasPushed) {
  EXPECT_EQ(GuessFrame(0, 4, Code({0xB5F0, 0xB083})).saved[14], 4u);
  EXPECT_EQ(GuessFrame(0, 4, Code({0xB40F, 0xB510})).saved[14], 20u);  // variadic: r0 to r3 first
  EXPECT_EQ(GuessFrame(0, 4, Code({0xB430, 0xB083})).saved[14], 0u);
  EXPECT_EQ(GuessFrame(0, 0, Code({0xB5F0, 0xB083})).saved[14], 0u);
  EXPECT_EQ(GuessFrame(0, 4, Code({0xB5F0, 0xB4F0})).saved[4], 20u);
  EXPECT_EQ(GuessFrame(0, 2, Code({0xB5F0, 0xB083})).bytes, 20u);
  EXPECT_EQ(GuessFrame(4, 0, Code({0xB5F0, 0xB083})).bytes, 0u);
  EXPECT_EQ(GuessFrame(0x1000, 0x1004, Code({})).bytes, 0u);
}

TEST(ThumbFrame, FollowsEpilogues) {
  // PUSH {r4, r5, lr}; SUB SP, #8; BNE; ADD SP, #8; MOVS r0, #0; POP {r4, r5, pc}
  const MemoryReader code = Code({0xB530, 0xB082, 0xD100, 0xB002, 0x2000, 0xBD30});
  for (const uint32_t pc : {0u, 2u, 4u, 12u}) EXPECT_FALSE(FrameFromEpilogue(pc, code)) << pc;
  EXPECT_EQ(FrameFromEpilogue(6, code)->bytes, 20u);
  for (const uint32_t pc : {8u, 10u}) EXPECT_EQ(FrameFromEpilogue(pc, code)->bytes, 12u) << pc;
  for (const uint32_t pc : {6u, 8u, 10u}) {
    EXPECT_EQ(FrameFromEpilogue(pc, code)->saved[4], 12u) << pc;
    EXPECT_EQ(FrameFromEpilogue(pc, code)->saved[14], 4u) << pc;
  }
  // POP {r4}; POP {r3}; BX r3
  const MemoryReader old_style = Code({0xBC10, 0xBC08, 0x4718});
  EXPECT_EQ(FrameFromEpilogue(0, old_style)->bytes, 8u);
  EXPECT_EQ(FrameFromEpilogue(0, old_style)->saved[14], 4u);
  EXPECT_EQ(FrameFromEpilogue(0, old_style)->saved[4], 8u);
  EXPECT_FALSE(FrameFromEpilogue(4, old_style));  // r3 may hold anything
  // BL; VPOP {d8}; POP.W {r4-r11, pc}
  const MemoryReader wide = Code({0xF000, 0xF802, 0xECBD, 0x8B02, 0xE8BD, 0x8FF0});
  for (const uint32_t pc : {0u, 4u}) EXPECT_EQ(FrameFromEpilogue(pc, wide)->bytes, 44u) << pc;
  EXPECT_EQ(FrameFromEpilogue(8, wide)->bytes, 36u);
  EXPECT_EQ(FrameFromEpilogue(8, wide)->saved[11], 8u);
  // BX LR; LDR PC, [SP], #4; MOV SP, r7; POP {pc}
  EXPECT_EQ(FrameFromEpilogue(0, Code({0x4770}))->saved[14], 0u);
  EXPECT_EQ(FrameFromEpilogue(0, Code({0xF85D, 0xFB04}))->saved[14], 4u);
  EXPECT_FALSE(FrameFromEpilogue(0, Code({0x46BD, 0xBD00})));
}

TEST(ThumbFrame, FindsCalls) {
  const MemoryReader code = Code({0xF000, 0xF802, 0x4798, 0x46C0, 0xF000, 0x8002, 0x4718, 0x46C0});
  EXPECT_EQ(CallBefore(4, code), 0u);             // BL
  EXPECT_EQ(CallBefore(6, code), 4u);             // BLX r3
  EXPECT_EQ(CallBefore(8, code), std::nullopt);   // NOP
  EXPECT_EQ(CallBefore(12, code), std::nullopt);  // BEQ.W
  EXPECT_EQ(CallBefore(14, code), std::nullopt);  // BX
  EXPECT_EQ(CallBefore(2, code), std::nullopt);
  EXPECT_EQ(CallBefore(0, code), std::nullopt);
  EXPECT_EQ(CallBefore(0x20000000, code), std::nullopt);
}

uint32_t Popped(std::vector<uint16_t> halfwords) { return PoppedByReturn(Decode(0, halfwords)); }

TEST(ThumbFrame, KnowsWhatReturnsPop) {
  EXPECT_EQ(Popped({0xBDF0, 0}), 20u);
  EXPECT_EQ(Popped({0xE8BD, 0x8FF0}), 36u);
  EXPECT_EQ(Popped({0xF85D, 0xFB04}), 4u);
  EXPECT_EQ(Popped({0xBCF0, 0}), 0u);  // without PC
  EXPECT_EQ(Popped({0x4770, 0}), 0u);  // BX LR
}

}  // namespace
}  // namespace atome::thumb
