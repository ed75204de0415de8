#include "emulation/thumb/block_facts.h"

#include <gtest/gtest.h>

#include <vector>

namespace atome::thumb {
namespace {

BlockFacts Facts(std::vector<uint16_t> code, unsigned it_left = 0) {
  return FactsOf(DecodeRun(0x100, code), it_left);
}

TEST(BlockFacts, CountsInstructionsAndFindsTheFpu) {
  EXPECT_EQ(Facts({0xBF00, 0xF000, 0xF800, 0xE7FE}).instructions, 3);
  EXPECT_TRUE(Facts({0xBF00, 0xE7FE}).fpu_instructions.empty());
  // nop; vmov s0, r0; vadd.f32
  EXPECT_EQ(Facts({0xBF00, 0xEE00, 0x0A10, 0xEE70, 0x0A00}).fpu_instructions,
            (std::vector<uint32_t>{0x102, 0x106}));
}

TEST(BlockFacts, TellsHowABlockEnds) {
  EXPECT_TRUE(Facts({0xBF00, 0xF000, 0xF800}).calls) << "bl";
  EXPECT_TRUE(Facts({0x4798}).calls) << "blx r3";
  EXPECT_TRUE(Facts({0x4770}).leaves) << "bx lr";
  EXPECT_TRUE(Facts({0xBD10}).leaves) << "pop {r4, pc}";
  EXPECT_FALSE(Facts({0xE7FE}).leaves) << "b .";
  EXPECT_FALSE(Facts({0xBF00}).calls);
}

TEST(BlockFacts, FollowsTheStackPointer) {
  EXPECT_EQ(Facts({0xB5F0}).stack_bytes, 20) << "push {r4-r7, lr}";
  EXPECT_EQ(Facts({0xB084}).stack_bytes, 16) << "sub sp, #16";
  EXPECT_EQ(Facts({0xB5F0, 0xB084, 0xB002, 0xBC02}).stack_bytes, 36) << "and add sp, #8; pop {r1}";
  EXPECT_EQ(Facts({0xF5AD, 0x6D80}).stack_bytes, 1024) << "sub.w sp, sp, #1024";
  EXPECT_EQ(Facts({0xF2AD, 0x3DE8}).stack_bytes, 1000) << "subw sp, sp, #1000";
  EXPECT_EQ(Facts({0xF84D, 0x0D08}).stack_bytes, 8) << "str r0, [sp, #-8]!";
  EXPECT_EQ(Facts({0xED2D, 0x8A04}).stack_bytes, 16) << "vpush {s16-s19}";
  EXPECT_EQ(Facts({0xBC02}).stack_bytes, 0) << "pop {r1}";
  EXPECT_FALSE(Facts({0xB5F0, 0xB084, 0xF84D, 0x0D08, 0xED2D, 0x8A04}).sets_stack);
  EXPECT_TRUE(Facts({0x46BD}).sets_stack) << "mov sp, r7";
  EXPECT_TRUE(Facts({0xEBAD, 0x0D03}).sets_stack) << "sub.w sp, sp, r3";
}

TEST(BlockFacts, CarriesItBlocksAcrossItsEnd) {
  EXPECT_EQ(Facts({0xBF00, 0xBF1F}).it_left, 4) << "itttt ne, and nothing behind it";
  EXPECT_EQ(Facts({0xBF18, 0x3001}).it_left, 0) << "it ne; addne";
  EXPECT_EQ(Facts({0x3001}, 3).it_left, 2);
}

TEST(BlockFacts, KnowsWhatHasToBeAligned) {
  EXPECT_EQ(Facts({0xC803}).aligned_registers, 1 << 0) << "ldmia r0!, {r0, r1}";
  EXPECT_EQ(Facts({0xBD10}).aligned_registers, 0) << "the stack pointer always is";
  EXPECT_EQ(Facts({0x6848}).aligned_registers, 0) << "ldr need not be";
  for (const unsigned base : {0u, 1u, 12u, 14u}) {
    const auto register_bit = static_cast<uint16_t>(1u << base);
    const auto at = [base](unsigned first) { return static_cast<uint16_t>(first | base); };
    EXPECT_EQ(Facts({at(0xE9D0), 0x0100}).aligned_registers, register_bit) << "ldrd r0, r1, [r" << base;
    EXPECT_EQ(Facts({at(0xE9C0), 0x0100}).aligned_registers, register_bit) << "strd r0, r1, [r" << base;
    EXPECT_EQ(Facts({at(0xE850), 0x0F00}).aligned_registers, register_bit) << "ldrex r0, [r" << base;
    EXPECT_EQ(Facts({at(0xE890), 0x000C}).aligned_registers, register_bit) << "ldm of r" << base;
    EXPECT_EQ(Facts({at(0xE880), 0x000C}).aligned_registers, register_bit) << "stm to r" << base;
    EXPECT_EQ(Facts({at(0xED90), 0x0A00}).aligned_registers, register_bit) << "vldr s0, [r" << base;
    EXPECT_EQ(Facts({at(0xED80), 0x0A00}).aligned_registers, register_bit) << "vstr s0, [r" << base;
    EXPECT_EQ(Facts({at(0xF8D0), 0x1000}).aligned_registers, 0) << "ldr.w r1, [r" << base;
    EXPECT_EQ(Facts({at(0xF8C0), 0x1000}).aligned_registers, 0) << "str.w r1, [r" << base;
    EXPECT_EQ(Facts({at(0xE8D0), 0x1F5F}).aligned_registers, 0) << "ldrexh r1, [r" << base;
  }
  for (const unsigned base : {13u, 15u})
    EXPECT_EQ(Facts({static_cast<uint16_t>(0xE9D0 | base), 0x0100}).aligned_registers, 0) << "SP and PC are";
  EXPECT_EQ(Facts({0xE9D3, 0x0102, 0xED94, 0x0A01}).aligned_registers, 1 << 3 | 1 << 4) << "ldrd, vldr";
  // adds r3, #8; ldrd r0, r1, [r3]: r3 at the start decides. With #2 the sum does.
  EXPECT_EQ(Facts({0x3308, 0xE9D3, 0x0100}).aligned_registers, 1 << 3);
  const BlockFacts computed = Facts({0x3302, 0xE9D3, 0x0100});
  EXPECT_EQ(computed.aligned_registers, 0);
  ASSERT_EQ(computed.aligned_accesses.size(), 1u);
  EXPECT_TRUE(computed.aligned_accesses[0].computed);
  EXPECT_EQ(computed.aligned_accesses[0].pc, 0x102u);
  EXPECT_EQ(computed.aligned_accesses[0].base, 3);
  EXPECT_EQ(Facts({0x681B, 0xE9D3, 0x0100}).aligned_registers, 0) << "ldr r3, [r3] first";
  // vldmia r1!, {s0}; vldr s1, [r1]; addw r1, r1, #20; vstr s1, [r1]
  EXPECT_EQ(Facts({0xECB1, 0x0A01, 0xEDD1, 0x0A00, 0xF201, 0x0114, 0xEDC1, 0x0A00}).aligned_registers,
            1 << 1);
}

}  // namespace
}  // namespace atome::thumb
