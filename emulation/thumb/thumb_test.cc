#include "emulation/thumb/thumb.h"

#include <gtest/gtest.h>

#include <vector>

namespace atome::emulation {
namespace {

std::vector<uint8_t> Code(std::initializer_list<uint16_t> halfwords) {
  std::vector<uint8_t> bytes;
  for (const uint16_t halfword : halfwords) {
    bytes.push_back(static_cast<uint8_t>(halfword));
    bytes.push_back(static_cast<uint8_t>(halfword >> 8));
  }
  return bytes;
}

TEST(Thumb, SizeComesFromTheFirstHalfword) {
  EXPECT_EQ(ThumbBytes(0xBF00), 2u);  // nop
  EXPECT_EQ(ThumbBytes(0xE7FE), 2u);  // b .
  EXPECT_EQ(ThumbBytes(0xE800), 4u);
  EXPECT_EQ(ThumbBytes(0xF000), 4u);  // bl
  EXPECT_EQ(ThumbBytes(0xEE30), 4u);  // vadd.f32
}

TEST(Thumb, CountsInstructionsOfBothSizes) {
  const auto code = Code({0xBF00, 0xF000, 0xF800, 0xE7FE});
  EXPECT_EQ(InstructionsBefore(code, 0), 0u);
  EXPECT_EQ(InstructionsBefore(code, 2), 1u);
  EXPECT_EQ(InstructionsBefore(code, 6), 2u);
  EXPECT_EQ(InstructionsBefore(code, 8), 3u);
}

TEST(Thumb, KnowsFpuInstructions) {
  EXPECT_TRUE(IsFpuInstruction(0xEE70, 0x0A00)) << "vadd.f32";
  EXPECT_FALSE(IsFpuInstruction(0xEE1D, 0x0F70)) << "mrc, coprocessor 15";
  EXPECT_FALSE(IsFpuInstruction(0xFB00, 0xFA00)) << "mul";
}

TEST(Thumb, ComputesAddressesOfAccessesThatNeedAlignment) {
  EXPECT_EQ(AlignedAccessAddress(0xC803, 0, 0x1002), 0x1002u);       // ldmia r0!, {r0, r1}
  EXPECT_EQ(AlignedAccessAddress(0xE890, 0x0006, 0x1002), 0x1002u);  // ldmia.w r0, {r1, r2}
  EXPECT_EQ(AlignedAccessAddress(0xE910, 0x0006, 0x1002), 0x0FFAu);  // ldmdb r0, {r1, r2}
  EXPECT_EQ(AlignedAccessAddress(0xE9D0, 0x1202, 0x1002), 0x100Au);  // ldrd r1, r2, [r0, #8]
  EXPECT_EQ(AlignedAccessAddress(0xE950, 0x1202, 0x1002), 0x0FFAu);  // ldrd r1, r2, [r0, #-8]
  EXPECT_EQ(AlignedAccessAddress(0xE8F0, 0x1202, 0x1002), 0x1002u);  // ldrd r1, r2, [r0], #8
  EXPECT_EQ(AlignedAccessAddress(0xED90, 0x0A01, 0x1002), 0x1006u);  // vldr s0, [r0, #4]
  EXPECT_EQ(AlignedAccessAddress(0xED10, 0x0A01, 0x1002), 0x0FFEu);  // vldr s0, [r0, #-4]
  EXPECT_EQ(AlignedAccessAddress(0xECB0, 0x0A02, 0x1002), 0x1002u);  // vldmia r0!, {s0, s1}
  EXPECT_EQ(AlignedAccessAddress(0xED30, 0x0A02, 0x1002), 0x0FFAu);  // vldmdb r0!, {s0, s1}
}

TEST(Thumb, ComputesAccessAddresses) {
  std::array<uint32_t, 16> registers{};
  registers[1] = 0x1001;
  registers[2] = 0x10;
  registers[13] = 0x2000;
  registers[15] = 0x102;
  EXPECT_EQ(AccessAddress(0x6848, registers), 0x1005u);  // ldr r0, [r1, #4]
  EXPECT_EQ(AccessAddress(0x8048, registers), 0x1003u);  // strh r0, [r1, #2]
  EXPECT_EQ(AccessAddress(0x7848, registers), 0x1002u);  // ldrb r0, [r1, #1]
  EXPECT_EQ(AccessAddress(0x5888, registers), 0x1011u);  // ldr r0, [r1, r2]
  EXPECT_EQ(AccessAddress(0x9801, registers), 0x2004u);  // ldr r0, [sp, #4]
  EXPECT_EQ(AccessAddress(0x4801, registers), 0x108u);   // ldr r0, [pc, #4]
  EXPECT_EQ(AccessAddress(0xC901, registers), 0x1001u);  // ldmia r1, {r0}
  EXPECT_EQ(AccessAddress(0xB503, registers), 0x1FF4u);  // push {r0, r1, lr}
  EXPECT_EQ(AccessAddress(0xBD00, registers), 0x2000u);  // pop {pc}
  EXPECT_EQ(AccessAddress(0xBF00, registers), std::nullopt);
}

TEST(Thumb, TellsLoadsFromStores) {
  for (const uint16_t load : std::initializer_list<uint16_t>{0x6848, 0x7848, 0x8848, 0x5E88, 0x9801, 0x4801,
                                                             0xC901, 0xBD00, 0xE891, 0xF8D1, 0xED91}) {
    EXPECT_EQ(AccessOf(load), AccessKind::kLoad) << std::hex << load;
  }
  for (const uint16_t store : std::initializer_list<uint16_t>{0x6048, 0x7048, 0x8048, 0x5088, 0x9001, 0xC101,
                                                              0xB503, 0xE881, 0xF8C1, 0xED81}) {
    EXPECT_EQ(AccessOf(store), AccessKind::kStore) << std::hex << store;
  }
  for (const uint16_t other : std::initializer_list<uint16_t>{0xBF00, 0x4770, 0xF000, 0xEE30, 0x2000}) {
    EXPECT_EQ(AccessOf(other), AccessKind::kNone) << std::hex << other;
  }
}

}  // namespace
}  // namespace atome::emulation
