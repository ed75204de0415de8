#include "emulation/unicorn/mpu.h"

#include <gtest/gtest.h>

#include "emulation/unicorn/ppb.h"

namespace atome::emulation {
namespace {

TEST(Mpu, CoresThatCanHaveOneShowItsRegions) {
  for (const Core& core : Cores()) {
    Ppb ppb(core);
    EXPECT_EQ(ppb.Read(Mpu::kType, 4), core.name == "m0" ? 0u : 0x800u) << core.name;
    EXPECT_EQ(ppb.Read(Mpu::kType + 1, 1), core.name == "m0" ? 0u : 8u) << core.name;
  }
}

TEST(Mpu, RegionsAreKeptByNumber) {
  Mpu mpu(8, Mpu::Layout::kArmv7M);
  mpu.Write(Mpu::kNumber, 7);
  mpu.Write(Mpu::kBase, 0x20000000 | 9);  // VALID is 0: the region field does not matter
  mpu.Write(Mpu::kAttributes, 0xFFFFFFFF);
  EXPECT_EQ(mpu.Read(Mpu::kBase), 0x20000007u);
  EXPECT_EQ(mpu.Read(Mpu::kAttributes), 0x173FFF3Fu);
  mpu.Write(Mpu::kBase, 0x0800001F & ~8u);  // VALID, region 7
  EXPECT_EQ(mpu.Read(Mpu::kBase), 0x08000007u);
  mpu.Write(Mpu::kBase, 0x40000018);  // VALID, region 8 of 8: not there
  EXPECT_EQ(mpu.Read(Mpu::kNumber), 7u);
  EXPECT_EQ(mpu.Read(Mpu::kBase), 0x08000007u);
  mpu.Write(Mpu::kBase, 0x40000010);
  EXPECT_EQ(mpu.Read(Mpu::kNumber), 0u);
  mpu.Write(Mpu::kNumber, 6);
  mpu.Write(Mpu::kBase, 0x2000002F);  // without VALID the low bits say nothing
  EXPECT_EQ(mpu.Read(Mpu::kBase), 0x20000026u);
  mpu.Write(Mpu::kNumber, 8);
  mpu.Write(Mpu::kAttributes, 1);
  EXPECT_EQ(mpu.Read(Mpu::kAttributes), 0u);
  EXPECT_EQ(mpu.Read(Mpu::kBase), 0u);
}

TEST(Mpu, AliasesAreOfArmv7M) {
  Mpu v7(8, Mpu::Layout::kArmv7M), v6(8, Mpu::Layout::kArmv6M);
  for (Mpu* mpu : {&v7, &v6}) {
    mpu->Write(Mpu::kBase, 0x20000011);
    mpu->Write(0xEDA4, 0x20000012);
    mpu->Write(0xEDA8, 0x101);
    mpu->Write(0xEDB4, 0x20000013);
    mpu->Write(Mpu::kLastAlias, 0x103);
  }
  EXPECT_EQ(v7.Read(Mpu::kNumber), 3u);
  EXPECT_EQ(v7.Read(Mpu::kAttributes), 0x103u);
  EXPECT_EQ(v7.Read(0xEDB0), 0x103u);
  v7.Write(Mpu::kNumber, 2);
  EXPECT_EQ(v7.Read(0xEDA8), 0x101u);
  EXPECT_EQ(v6.Read(Mpu::kNumber), 1u);
  EXPECT_EQ(v6.Read(Mpu::kLastAlias), 0u);
}

TEST(Mpu, AliasesOfArmv8MAreOfFourRegions) {
  Mpu mpu(8, Mpu::Layout::kArmv8M);
  mpu.Write(Mpu::kNumber, 5);
  mpu.Write(Mpu::kBase, 0x2000001F);  // no VALID field
  mpu.Write(Mpu::kAttributes, 0xFFFFFFFF);
  EXPECT_EQ(mpu.Read(Mpu::kNumber), 5u);
  EXPECT_EQ(mpu.Read(Mpu::kBase), 0x2000001Fu);
  EXPECT_EQ(mpu.Read(Mpu::kAttributes), 0xFFFFFFEFu);
  mpu.Write(0xEDB4, 0x38000000);  // RBAR_A3
  mpu.Write(Mpu::kLastAlias, 0x38000FE1);
  EXPECT_EQ(mpu.Read(Mpu::kNumber), 5u) << "an alias chooses nothing";
  mpu.Write(Mpu::kNumber, 7);
  EXPECT_EQ(mpu.Read(Mpu::kBase), 0x38000000u) << "the last of 4 to 7";
  EXPECT_EQ(mpu.Read(Mpu::kAttributes), 0x38000FE1u);
  mpu.Write(Mpu::kNumber, 8);
  mpu.Write(Mpu::kBase, 1);
  EXPECT_EQ(mpu.Read(Mpu::kBase), 0u);
  mpu.Write(Mpu::kMemoryTypes, 0x44);
  mpu.Write(Mpu::kMemoryTypes + 4, 0xFF);
  EXPECT_EQ(mpu.Read(Mpu::kMemoryTypes), 0x44u);
  EXPECT_EQ(mpu.Read(Mpu::kMemoryTypes + 4), 0xFFu);
  Mpu v7(8, Mpu::Layout::kArmv7M);
  v7.Write(Mpu::kMemoryTypes, 0x44);
  EXPECT_EQ(v7.Read(Mpu::kMemoryTypes), 0u);
}

TEST(Mpu, SaysThatItWasSwitchedOn) {
  Mpu mpu(8, Mpu::Layout::kArmv7M), none(0, Mpu::Layout::kArmv7M);
  mpu.Write(Mpu::kControl, 4);
  EXPECT_FALSE(mpu.was_enabled());
  mpu.Write(Mpu::kControl, 0xFFFFFFFF);
  EXPECT_EQ(mpu.Read(Mpu::kControl), 7u);
  mpu.Write(Mpu::kControl, 0);
  EXPECT_TRUE(mpu.was_enabled());
  none.Write(Mpu::kControl, 1);
  none.Write(Mpu::kNumber, 1);
  EXPECT_FALSE(none.was_enabled());
  EXPECT_EQ(none.Read(Mpu::kControl), 0u);
  EXPECT_EQ(none.Read(Mpu::kNumber), 0u);
}

}  // namespace
}  // namespace atome::emulation
