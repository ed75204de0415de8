#include "emulation/thumb/block_addresses.h"

#include <gtest/gtest.h>

#include <vector>

#include "emulation/thumb/decode.h"

namespace atome::thumb {
namespace {

constexpr uint32_t kBase = 0x1000;

BlockAddresses Addresses(const std::vector<uint16_t>& code, unsigned it_left = 0) {
  const auto read = [](uint32_t address) -> std::optional<uint32_t> {
    return address < 0x20000000 ? std::optional<uint32_t>(0x20000000 + address) : std::nullopt;
  };
  return AddressesOf(DecodeRun(kBase, code), it_left, read);
}

TEST(BlockAddresses, FollowBasesAndWriteBack) {
  // ldr r0, [r1, #4]; ldr r2, [r1], #8; str r2, [r1, #4]; adds r1, #3; ldrb r3, [r1]
  const BlockAddresses block = Addresses({0x6848, 0xF851, 0x2B08, 0x604A, 0x3103, 0x780B});
  ASSERT_EQ(block.accesses.size(), 4u);
  const uint32_t expected[] = {0x104, 0x100, 0x10C, 0x10B};
  for (size_t k = 0; k < 4; ++k) {
    EXPECT_EQ(block.accesses[k].base, 1);
    EXPECT_EQ(block.accesses[k].At(0x100, 0), expected[k]) << k;
  }
  EXPECT_EQ(block.added[1], 11u);
  EXPECT_FALSE(block.added[0]) << "loaded";
  EXPECT_EQ(block.added[4], 0u);
}

TEST(BlockAddresses, FollowMovesConstantsAndIndices) {
  // mov r3, r1; ldr r0, [r3, r2, lsl #2]; ldr r4, [pc, #8]; ldr r5, [r4]; movw r6, #0x1234; movt r6, #0x2000;
  // ldr r7, [r6]
  const BlockAddresses block =
      Addresses({0x460B, 0xF853, 0x0022, 0x4C02, 0x6825, 0xF241, 0x2634, 0xF2C2, 0x0600, 0x6837});
  ASSERT_EQ(block.accesses.size(), 4u);
  EXPECT_EQ(block.accesses[0].base, 1);
  EXPECT_EQ(block.accesses[0].index, 2);
  EXPECT_EQ(block.accesses[0].At(0x100, 3), 0x10Cu);
  EXPECT_TRUE(block.accesses[1].is_constant());
  const uint32_t literal = ((kBase + 6 + 4) & ~3u) + 8;
  EXPECT_EQ(block.accesses[1].At(0, 0), literal);
  EXPECT_EQ(block.accesses[2].At(0, 0), 0x20000000 + literal) << "what the literal says";
  EXPECT_EQ(block.accesses[3].At(0, 0), 0x20001234u);
}

TEST(BlockAddresses, SaysNothingOfComputedBases) {
  // ldr r0, [r1]; ldr r2, [r0]; eors r1, r2; ldr r3, [r1]
  const BlockAddresses block = Addresses({0x6808, 0x6802, 0x4051, 0x680B});
  ASSERT_EQ(block.accesses.size(), 1u);
  EXPECT_EQ(block.accesses[0].instruction, 0);
  // adds r2, r2, r2; ldr r0, [r1, r2]: near r1.
  const BlockAddresses nearby = Addresses({0x1892, 0x5888});
  ASSERT_EQ(nearby.accesses.size(), 1u);
  EXPECT_TRUE(nearby.accesses[0].nearby);
}

TEST(BlockAddresses, AConditionalInstructionMayNotHaveRun) {
  // it eq; addeq r1, #4; ldr r0, [r1]
  EXPECT_TRUE(Addresses({0xBF08, 0x3104, 0x6808}).accesses.empty());
  EXPECT_TRUE(Addresses({0x3104, 0x6808}, 1).accesses.empty()) << "the IT is in the block before";
  EXPECT_FALSE(Addresses({0xBF08, 0x3104, 0x6808}).added[1]);
}

}  // namespace
}  // namespace atome::thumb
