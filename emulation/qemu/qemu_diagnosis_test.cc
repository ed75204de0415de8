#include "emulation/qemu/qemu_diagnosis.h"

#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

constexpr char kDataAbort[] =
    "Loaded reset SP 0x20001000 PC 0x41 from vector table\n"
    "Taking exception 16 [Semihosting call] on CPU 0\n"
    "...handling as semihosting call 0x4\n"
    "Taking exception 4 [Data Abort] on CPU 0\n"
    "...at fault address 0x90000000\n"
    "...with CFSR.PRECISERR and BFAR 0x90000000\n"
    "...taking pending nonsecure exception 3\n"
    "...loading from element 3 of non-secure vector table at 0xc\n";
constexpr char kLockup[] =
    "...loaded new PC 0x0\n"
    "Taking exception 18 [v7M INVSTATE UsageFault] on CPU 0\n";

TEST(ExceptionLog, FindsTheFaultWithAHandler) {
  const auto fault = ParseExceptionLog(std::string(kDataAbort) + "...loaded new PC 0x4d\n");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kUnmappedAccess);
  EXPECT_EQ(fault->address, 0x90000000u);
  EXPECT_EQ(fault->arm_state_faults, 0u);
}

TEST(ExceptionLog, FindsTheFirstFaultOfALockup) {
  const auto fault = ParseExceptionLog(std::string(kDataAbort) + kLockup);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kUnmappedAccess);
  EXPECT_EQ(fault->arm_state_faults, 1u);
}

TEST(ExceptionLog, KeepsASwitchToArmStateApartFromItsLockup) {
  const auto fault = ParseExceptionLog(
      "Taking exception 18 [v7M INVSTATE UsageFault] on CPU 0\n...taking pending nonsecure exception 3\n"
      "...loaded new PC 0x0\nTaking exception 18 [v7M INVSTATE UsageFault] on CPU 0\n");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kArmState);
  EXPECT_EQ(fault->arm_state_faults, 2u);
}

TEST(ExceptionLog, KnowsTheFaultsOfArmv8M) {
  const auto limit = ParseExceptionLog(
      "Taking exception 19 [v8M STKOF UsageFault] on CPU 0\n...taking pending secure exception 3\n"
      "...loaded new PC 0x1000010f\n");
  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->kind, FaultKind::kStackLimit);
  const auto security = ParseExceptionLog(
      "Taking exception 3 [Prefetch Abort] on CPU 0\n...at fault address 0x10000200\n"
      "...really SecureFault with SFSR.INVEP\n...taking pending secure exception 3\n"
      "...loaded new PC 0x10000109\n");
  ASSERT_TRUE(security);
  EXPECT_EQ(security->kind, FaultKind::kNonSecure);
}

TEST(ExceptionLog, TellsMisalignment) {
  const auto fault = ParseExceptionLog(
      "Taking exception 4 [Data Abort] on CPU 0\n...at fault address 0x20000ff5\n"
      "...really UsageFault with UFSR.UNALIGNED\n...loaded new PC 0x41\n");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::kUnaligned);
  EXPECT_EQ(fault->address, 0x20000FF5u);
}

TEST(ExceptionLog, SurvivesAnyText) {
  EXPECT_FALSE(ParseExceptionLog(""));
  EXPECT_FALSE(ParseExceptionLog("...loaded new PC 0x0\n]["));
  EXPECT_FALSE(ParseExceptionLog("Taking exception ]["));
  EXPECT_EQ(ParseExceptionLog("Taking exception 99 [Something new]")->kind, FaultKind::kUnknown);
  EXPECT_FALSE(ParseExceptionLog("Taking exception 4 [Data Abort]\n...at fault address zzz")->address);
}

TEST(Abort, IsCutFromTheOutput) {
  const std::string output =
      "guest's text\nqemu: fatal: Lockup: can't escalate 3\n\nR00=00000001 R13=20000fe0 R15=0000004c\n";
  const auto abort = ParseAbort(output);
  ASSERT_TRUE(abort);
  EXPECT_EQ(output.substr(0, abort->offset), "guest's text\n");
  EXPECT_EQ(abort->message, "qemu: fatal: Lockup: can't escalate 3");
  EXPECT_EQ(abort->pc, 0x4Cu);
  EXPECT_FALSE(abort->unsupported_semihosting);
}

TEST(Abort, NamesTheSemihostingOperation) {
  const auto abort = ParseAbort("qemu: Unsupported SemiHosting SWI 0x99\nR15=00000044\n");
  ASSERT_TRUE(abort);
  EXPECT_EQ(abort->unsupported_semihosting, 0x99u);
  EXPECT_EQ(abort->pc, 0x44u);
  EXPECT_FALSE(ParseAbort("nothing of the kind"));
}

}  // namespace
}  // namespace atome::emulation
