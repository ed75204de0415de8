#include "emulation/scene/fault_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

FaultStatus Of(FaultKind kind, std::optional<uint32_t> address = std::nullopt,
               FaultCircumstances circumstances = {}, const char* core = "m3") {
  return FaultStatusOf({.kind = kind, .pc = 0x40, .address = address}, circumstances, *FindCore(core));
}

struct Expected {
  FaultKind kind;
  uint32_t address;
  const char* exception;
  uint32_t cfsr;
  uint32_t hfsr;
  const char* bits;
};

TEST(FaultStatus, HasTheBitsOfArmv7M) {
  const uint32_t forced = 0x40000000;
  const Expected all[] = {
      {FaultKind::kUndefinedInstruction, 0, "UsageFault", 0x00010000, forced, "UFSR.UNDEFINSTR, HFSR.FORCED"},
      {FaultKind::kArmState, 0x100, "UsageFault", 0x00020000, forced, "UFSR.INVSTATE, HFSR.FORCED"},
      {FaultKind::kNoFpu, 0, "UsageFault", 0x00080000, forced, "UFSR.NOCP, HFSR.FORCED"},
      {FaultKind::kFpuOff, 0, "UsageFault", 0x00080000, forced, "UFSR.NOCP, HFSR.FORCED"},
      {FaultKind::kUnaligned, 0x20000001, "UsageFault", 0x01000000, forced, "UFSR.UNALIGNED, HFSR.FORCED"},
      {FaultKind::kUnmappedRead, 0x30000000, "BusFault", 0x00008200, forced,
       "BFSR.PRECISERR, BFSR.BFARVALID, HFSR.FORCED"},
      {FaultKind::kUnmappedWrite, 0x30000000, "BusFault", 0x00000400, forced,
       "BFSR.IMPRECISERR, HFSR.FORCED"},
      {FaultKind::kFlashWrite, 0x100, "BusFault", 0x00000400, forced, "BFSR.IMPRECISERR, HFSR.FORCED"},
      {FaultKind::kUnmappedFetch, 0x30000000, "BusFault", 0x00000100, forced, "BFSR.IBUSERR, HFSR.FORCED"},
      {FaultKind::kUnmappedFetch, 0x40000000, "MemManage", 0x00000001, forced, "MMFSR.IACCVIOL, HFSR.FORCED"},
      {FaultKind::kUnmappedFetch, 0xFFFFFFFE, "MemManage", 0x00000001, forced, "MMFSR.IACCVIOL, HFSR.FORCED"},
      {FaultKind::kSupervisorCall, 0, "HardFault", 0, forced, "HFSR.FORCED"},
      {FaultKind::kBreakpoint, 0, "HardFault", 0, 0x80000000, "HFSR.DEBUGEVT"},
  };
  for (const Expected& expected : all) {
    const FaultStatus status = Of(expected.kind, expected.address);
    EXPECT_TRUE(status.readable) << expected.bits;
    EXPECT_STREQ(NameOf(status.exception), expected.exception) << expected.bits;
    EXPECT_EQ(status.cfsr, expected.cfsr) << expected.bits;
    EXPECT_EQ(status.hfsr, expected.hfsr) << expected.bits;
    EXPECT_EQ(status.bits, expected.bits);
    EXPECT_EQ(status.bfar.has_value(), (status.cfsr & 0x8000) != 0) << expected.bits;
  }
  EXPECT_EQ(Of(FaultKind::kUnmappedRead, 0x30000000).bfar, 0x30000000u);
}

TEST(FaultStatus, TellsReadsFromWritesByTheInstruction) {
  EXPECT_EQ(Of(FaultKind::kUnmappedAccess, 0x30000000, {.access = thumb::Access::kLoad}).cfsr, 0x8200u);
  EXPECT_EQ(Of(FaultKind::kUnmappedAccess, 0x30000000, {.access = thumb::Access::kStore}).cfsr, 0x0400u);
}

TEST(FaultStatus, SaysThatNothingCanBeStacked) {
  const FaultStatus status = Of(FaultKind::kUnmappedWrite, 0x1FFFFFF8, {.stacking_fails = true});
  EXPECT_EQ(status.cfsr, 0x1400u);
  EXPECT_THAT(status.bits, HasSubstr("BFSR.STKERR"));
  EXPECT_THAT(status.note, HasSubstr("no room on the stack"));
}

TEST(FaultStatus, Armv6MHasHardFaultOnly) {
  for (const FaultKind kind : {FaultKind::kUndefinedInstruction, FaultKind::kUnaligned,
                               FaultKind::kUnmappedWrite, FaultKind::kBreakpoint}) {
    const FaultStatus status = Of(kind, 0x30000000, {}, "m0");
    EXPECT_EQ(status.exception, FaultException::kHardFault);
    EXPECT_FALSE(status.readable);
    EXPECT_EQ(status.cfsr | status.hfsr, 0u);
    EXPECT_EQ(status.bits, "");
    EXPECT_THAT(status.note, Not(HasSubstr("buffered")));
  }
}

TEST(FaultStatus, SaysWhereSiliconGoesOn) {
  for (const FaultKind kind : {FaultKind::kRamFetch, FaultKind::kSleep, FaultKind::kSystemReset,
                               FaultKind::kSemihosting, FaultKind::kOutputLimit, FaultKind::kUnknown}) {
    const FaultStatus status = Of(kind, 0x20000000);
    EXPECT_EQ(status.exception, FaultException::kNone);
    EXPECT_EQ(status.cfsr | status.hfsr, 0u);
    EXPECT_FALSE(status.note.empty());
  }
  EXPECT_THAT(Of(FaultKind::kRamFetch, 0x20000000).note, HasSubstr("RAM is executable"));
}

// SHCSR.MEMFAULTENA, BUSFAULTENA and USGFAULTENA are bits 16, 17 and 18 (Armv7-M Architecture Reference
// Manual, B3.2.13); a fault whose handler is not enabled becomes a HardFault.
TEST(FaultStatus, AnEnabledHandlerIsNotPassedOver) {
  const std::pair<FaultKind, uint32_t> kFaults[] = {{FaultKind::kUnmappedFetch, 0x40000000},
                                                    {FaultKind::kUnmappedRead, 0x30000000},
                                                    {FaultKind::kUndefinedInstruction, 0}};
  for (unsigned fault = 0; fault < 3; ++fault) {
    for (unsigned enabled = 0; enabled < 32; ++enabled) {
      const FaultStatus status =
          Of(kFaults[fault].first, kFaults[fault].second, {.enabled_handlers = uint32_t{1} << enabled});
      EXPECT_EQ(status.escalated, enabled != 16 + fault) << fault << " " << enabled;
      EXPECT_EQ(status.hfsr, enabled != 16 + fault ? kHfsrForced : 0u) << fault << " " << enabled;
    }
  }
}

}  // namespace
}  // namespace atome::emulation
