#include "emulation/unicorn/itm.h"

#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

constexpr uint32_t kEnable = 0xE00, kPrivilege = 0xE40, kControl = 0xE80, kLock = 0xFB0, kLockStatus = 0xFB4;

TEST(Itm, PrintsOnceEverythingIsOn) {
  Itm itm;
  EXPECT_EQ(itm.Write(0, 1, 'x', true), "");
  EXPECT_EQ(itm.Read(0, true), 0u) << "not ready";
  itm.Write(kEnable, 4, 1, true);
  EXPECT_EQ(itm.Read(kEnable, true), 0u) << "locked";
  EXPECT_EQ(itm.Read(kLockStatus, true), 3u);
  itm.Write(kLock, 4, 0xC5ACCE55, true);
  EXPECT_EQ(itm.Read(kLockStatus, true), 1u);
  itm.Write(kEnable, 4, 1, true);
  EXPECT_EQ(itm.Write(0, 1, 'x', true), "") << "TCR.ITMENA is missing";
  itm.Write(kControl, 4, 0xFFFFFFFF, true);
  EXPECT_EQ(itm.Read(kControl, true), 0x007F0F1Fu) << "BUSY cannot be written";
  EXPECT_EQ(itm.Read(0, true), 1u);
  EXPECT_EQ(itm.Read(0, false), 0u) << "DEMCR.TRCENA is missing";
  EXPECT_EQ(itm.Write(0, 1, 'x', false), "");
  EXPECT_EQ(itm.Write(0, 1, 'x', true), "x");
  EXPECT_EQ(itm.Write(0, 2, 'y' << 8 | 'x', true), "xy");
  EXPECT_EQ(itm.Write(0, 4, 0x64636261, true), "abcd");
}

TEST(Itm, OtherPortsAreSilent) {
  Itm itm;
  itm.SwitchOn();
  EXPECT_EQ(itm.Read(31 * 4, true), 1u);
  EXPECT_EQ(itm.Write(4, 1, 'x', true), "");
  EXPECT_EQ(itm.Write(31 * 4, 4, 'x', true), "");
  itm.Write(kLock, 4, 0xC5ACCE55, true);
  itm.Write(kEnable, 1, 0xFE, true);
  EXPECT_EQ(itm.Read(kEnable, true), 0xFFFFFFFEu) << "a byte of it";
  EXPECT_EQ(itm.Write(0, 1, 'x', true), "");
  itm.Write(kPrivilege, 4, 0xFF, true);
  EXPECT_EQ(itm.Read(kPrivilege, true), 0xFu);
  itm.Write(kLock, 4, 0, true);
  itm.Write(kEnable, 4, 0, true);
  EXPECT_EQ(itm.Read(kEnable, true), 0xFFFFFFFEu) << "locked again";
}

TEST(Itm, APortIsReadyWhereItsBitIsSet) {
  for (uint32_t on = 0; on < 32; ++on) {
    Itm itm;
    itm.SwitchOn();
    itm.Write(kLock, 4, 0xC5ACCE55, true);
    itm.Write(kEnable, 4, 1u << on, true);
    for (uint32_t port = 0; port < 32; ++port) EXPECT_EQ(itm.Read(4 * port, true), port == on ? 1u : 0u);
  }
}

}  // namespace
}  // namespace atome::emulation
