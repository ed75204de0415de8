#include "emulation/ppb.h"

#include <gtest/gtest.h>

#include <string>

namespace atome::emulation {
namespace {

TEST(Ppb, CpuidIsTheCores) {
  for (const Core& core : Cores()) {
    const Ppb ppb(core);
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
}

TEST(Ppb, ResetNeedsTheKey) {
  Ppb ppb(*FindCore("m3"));
  ppb.Write(0xED0C, 4, 0x00000004);
  EXPECT_FALSE(ppb.reset_requested());
  ppb.Write(0xED0C, 4, 0x05FA0004);
  EXPECT_TRUE(ppb.reset_requested());
}

TEST(Ppb, TheRestReadsZero) {
  Ppb ppb(*FindCore("m7"));
  for (const uint32_t offset : {0x0u, 0x1004u, 0xE010u, 0xE018u, 0xEDFCu, 0xFFFFCu}) {
    ppb.Write(offset, 4, 0xFFFFFFFF);
    EXPECT_EQ(ppb.Read(offset, 4), 0u) << std::hex << offset;
  }
}

}  // namespace
}  // namespace atome::emulation
