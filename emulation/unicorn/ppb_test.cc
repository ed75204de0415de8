#include "emulation/unicorn/ppb.h"

#include <gtest/gtest.h>

#include <string>

namespace atome::emulation {
namespace {

TEST(Ppb, CpuidIsTheCores) {
  for (const Core& core : Cores()) {
    Ppb ppb(core);
    EXPECT_EQ(ppb.Read(0xED00, 4), core.cpuid) << core.name;
    EXPECT_EQ(ppb.Read(0xED00, 1), core.cpuid & 0xFF) << core.name;
    EXPECT_EQ(ppb.Read(0xED02, 2), core.cpuid >> 16) << core.name;
  }
}

TEST(Ppb, FpuIsOnOnceBothCoprocessorsAre) {
  Ppb ppb(*FindCore("m4f"));
  EXPECT_FALSE(ppb.fpu_enabled());
  ppb.Write(0xED88, 4, 0x00100000);
  EXPECT_FALSE(ppb.fpu_enabled());
  ppb.Write(0xED88, 4, 0xFFFFFFFF);
  EXPECT_TRUE(ppb.fpu_enabled());
  EXPECT_EQ(ppb.Read(0xED88, 4), 0x00F00000u);
}

TEST(Ppb, ACoreWithoutFpuKeepsItOff) {
  Ppb ppb(*FindCore("m4"));
  ppb.Write(0xED88, 4, 0x00F00000);
  EXPECT_FALSE(ppb.fpu_enabled());
  EXPECT_EQ(ppb.Read(0xED88, 4), 0u);
}

TEST(Ppb, VectorTableOffsetIsStoredOnArmv7M) {
  Ppb m3(*FindCore("m3")), m0(*FindCore("m0"));
  m3.Write(0xED08, 4, 0x20000081);
  m0.Write(0xED08, 4, 0x20000081);
  EXPECT_EQ(m3.Read(0xED08, 4), 0x20000080u);
  EXPECT_EQ(m0.Read(0xED08, 4), 0u);
  Ppb m0plus(*FindCore("m0plus"));
  m0plus.Write(0xED08, 4, 0x20000100);
  EXPECT_EQ(m0plus.vector_table(), 0x20000100u);
}

TEST(Ppb, ResetNeedsTheKey) {
  Ppb ppb(*FindCore("m3"));
  ppb.Write(0xED0C, 4, 0x00000004);
  EXPECT_FALSE(ppb.reset_requested());
  ppb.Write(0xED0C, 4, 0x05FA0004);
  EXPECT_TRUE(ppb.reset_requested());
}

TEST(Ppb, SystemControlIsKeptByLane) {
  Ppb m4(*FindCore("m4")), m0(*FindCore("m0"));
  EXPECT_EQ(m4.Read(0xED14, 4), 0x200u) << "STKALIGN";
  EXPECT_FALSE(m4.traps_division_by_zero());
  m4.Write(0xED14, 4, 0x210);
  EXPECT_TRUE(m4.traps_division_by_zero());
  m4.Write(0xED24, 4, 0xFFFFFFFF);
  EXPECT_EQ(m4.Read(0xED24, 4), 0x00070000u);
  m4.Write(0xED23, 1, 0xE0);  // SysTick's priority
  EXPECT_EQ(m4.Read(0xED20, 4), 0xE0000000u);
  m4.Write(0xED22, 2, 0x1240);
  EXPECT_EQ(m4.Read(0xED20, 4), 0x10400000u) << "four bits of priority";
  m0.Write(0xED24, 4, 0xFFFFFFFF);
  EXPECT_EQ(m0.Read(0xED24, 4), 0u);
}

TEST(Ppb, FaultStatusIsThatOfACoreThatHasNotFaulted) {
  Ppb m7(*FindCore("m7"));
  for (const uint32_t offset : {0xED28u, 0xED2Cu, 0xED30u, 0xED3Cu}) {
    EXPECT_EQ(m7.Read(offset, 4), 0u) << std::hex << offset;
    m7.Write(offset, 4, 0xFFFFFFFF);  // write one to clear
    EXPECT_EQ(m7.Read(offset, 4), 0u) << std::hex << offset;
  }
}

TEST(Ppb, CountersTakeTheTime) {
  Ppb m3(*FindCore("m3")), m0(*FindCore("m0"));
  EXPECT_TRUE(m3.NeedsTime(0x1004));
  EXPECT_TRUE(m3.NeedsTime(0xE018));
  EXPECT_FALSE(m3.NeedsTime(0xED88));
  EXPECT_FALSE(m0.NeedsTime(0x1004)) << "Armv6-M has no CYCCNT";
  EXPECT_TRUE(m0.NeedsTime(0xE018));
  m3.Write(0xEDFC, 4, 1u << 24, timing::Moment{Cycles{10}});
  m3.Write(0x1000, 4, 1, timing::Moment{Cycles{10}});
  EXPECT_EQ(m3.Read(0x1004, 4, timing::Moment{Cycles{0x1234 + 10}}), 0x1234u);
  EXPECT_EQ(m3.Read(0x1005, 1, timing::Moment{Cycles{0x1234 + 10}}), 0x12u);
  m0.Write(0xEDFC, 4, 1u << 24, timing::Moment{Cycles{10}});
  m0.Write(0x1000, 4, 1, timing::Moment{Cycles{10}});
  EXPECT_EQ(m0.Read(0x1004, 4, timing::Moment{Cycles{100}}), 0u);
  m0.Write(0xE014, 4, 999, timing::Moment{Cycles{0}});
  m0.Write(0xE010, 4, 5, timing::Moment{Cycles{0}});
  EXPECT_EQ(m0.Read(0xE018, 4, timing::Moment{Cycles{101}}), 899u);
}

TEST(Ppb, TheRestReadsZero) {
  Ppb ppb(*FindCore("m7"));
  for (const uint32_t offset : {0x0u, 0x1008u, 0x100Cu, 0xE600u, 0xEDF0u, 0xFFFFCu}) {
    ppb.Write(offset, 4, 0xFFFFFFFF);
    EXPECT_EQ(ppb.Read(offset, 4), 0u) << std::hex << offset;
  }
}

}  // namespace
}  // namespace atome::emulation
