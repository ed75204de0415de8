#include "emulation/unicorn/exceptions.h"

#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

constexpr uint32_t kIser = 0xE100, kIcer = 0xE180, kIspr = 0xE200, kIcpr = 0xE280, kIabr = 0xE300,
                   kIpr = 0xE400;
constexpr uint32_t kIcsr = 0xED04, kAircr = 0xED0C, kShpr2 = 0xED1C, kShpr3 = 0xED20, kStir = 0xEF00;
constexpr uint32_t kAll = 0xFFFFFFFF;

TEST(Exceptions, AnInterruptRunsWhenItIsPendingAndEnabled) {
  Exceptions nvic(false);
  nvic.Write(kIspr + 4, 1u << 3, kAll);  // interrupt 35
  EXPECT_EQ(nvic.Next({}), std::nullopt) << "not enabled";
  EXPECT_EQ(nvic.Read(kIspr + 4), 8u);
  nvic.Write(kIser + 4, 1u << 3, kAll);
  EXPECT_EQ(nvic.Next({}), kExternal + 35);
  EXPECT_EQ(nvic.Read(kIcer + 4), 8u);
  nvic.Enter(kExternal + 35);
  EXPECT_EQ(nvic.Next({}), std::nullopt) << "it is no longer pending";
  EXPECT_EQ(nvic.Read(kIabr + 4), 8u);
  EXPECT_EQ(nvic.Read(kIcsr) & 0x1FF, kExternal + 35);
  nvic.Leave(kExternal + 35, 0);
  EXPECT_FALSE(nvic.any_active());
  nvic.Pend(kExternal + 35);
  nvic.Write(kIcpr + 4, 8, kAll);
  EXPECT_FALSE(nvic.pending());
  nvic.Write(kIcer + 4, 8, kAll);
  nvic.Write(kStir, 35, kAll);
  EXPECT_EQ(nvic.Next({}), std::nullopt) << "disabled again";
  EXPECT_TRUE(nvic.pending());
}

TEST(Exceptions, TheHighestPriorityThenTheLowestNumberComesFirst) {
  Exceptions nvic(false);
  nvic.Write(kIser, 7, kAll);
  nvic.Write(kIspr, 7, kAll);
  EXPECT_EQ(nvic.Next({}), kExternal + 0u);
  nvic.Write(kIpr, 0x00204080, kAll);  // interrupts 0, 1, 2: 0x80, 0x40, 0x20
  EXPECT_EQ(nvic.Next({}), kExternal + 2u);
  nvic.Enter(kExternal + 2);
  EXPECT_EQ(nvic.Next({}), std::nullopt) << "lower ones wait";
  nvic.Write(kIpr, 0x10, 0xFF);  // interrupt 0 alone
  EXPECT_EQ(nvic.Next({}), kExternal + 0u) << "preempts";
  EXPECT_EQ(nvic.Read(kIpr), 0x00204010u);
  nvic.Write(kIpr + 4, 0x0000FF00, 0x0000FF00);
  EXPECT_EQ(nvic.Read(kIpr + 4), 0x0000F000u) << "four bits of priority";
}

TEST(Exceptions, EqualPrioritiesDoNotPreempt) {
  Exceptions nvic(false);
  nvic.Pend(kSvCall);
  EXPECT_EQ(nvic.Next({}), kSvCall);
  nvic.Enter(kSvCall);
  nvic.Write(kIcsr, 1u << 28, kAll);
  EXPECT_EQ(nvic.Next({}), std::nullopt);
  nvic.Leave(kSvCall, 0);
  EXPECT_EQ(nvic.Next({}), kPendSv);
  nvic.Write(kIcsr, 1u << 27, kAll);
  EXPECT_FALSE(nvic.pending());
}

TEST(Exceptions, MasksHoldBack) {
  Exceptions nvic(false);
  nvic.Write(kShpr3, 0x40600000, kAll);  // SysTick 0x40, PendSV 0x60
  nvic.Pend(kSysTick);
  EXPECT_EQ(nvic.Next({.primask = true}), std::nullopt);
  EXPECT_EQ(nvic.Wakes({.primask = true}), kSysTick) << "but WFI wakes";
  EXPECT_EQ(nvic.Next({.basepri = 0x40}), std::nullopt);
  EXPECT_EQ(nvic.Next({.basepri = 0x50}), kSysTick);
  EXPECT_EQ(nvic.Wakes({.basepri = 0x40}), std::nullopt);
  nvic.Pend(kNmi);
  EXPECT_EQ(nvic.Next({.primask = true, .faultmask = true}), kNmi);
  nvic.Enter(kNmi);
  nvic.Pend(kHardFault);
  EXPECT_EQ(nvic.Next({}), std::nullopt) << "-1 is below -2";
}

TEST(Exceptions, GroupsDecidePreemptionOnly) {
  Exceptions nvic(false);
  nvic.Write(kAircr, 0x05FA0600, kAll);  // bits 7: groups of 0x00 to 0x7F and above
  EXPECT_EQ(nvic.Read(kAircr), 0xFA050600u);
  nvic.Write(kIser, 3, kAll);
  nvic.Write(kIpr, 0x00001020, kAll);  // interrupt 0: 0x20, interrupt 1: 0x10
  nvic.Pend(kExternal);
  nvic.Enter(kExternal);
  nvic.Pend(kExternal + 1);
  EXPECT_EQ(nvic.Next({}), std::nullopt) << "the same group";
  nvic.Leave(kExternal, 0);
  nvic.Pend(kExternal);
  EXPECT_EQ(nvic.Next({}), kExternal + 1u) << "the subpriority orders those that wait";
  nvic.Write(kAircr, 0x00000000, kAll);
  EXPECT_EQ(nvic.Read(kAircr), 0xFA050600u) << "without the key nothing changes";
}

TEST(Exceptions, Armv6MHasLess) {
  Exceptions nvic(true);
  nvic.Write(kIser + 4, 1, kAll);
  EXPECT_EQ(nvic.Read(kIser + 4), 0u) << "32 interrupts";
  nvic.Write(kShpr2, kAll, kAll);
  EXPECT_EQ(nvic.Read(kShpr2), 0xC0000000u) << "two bits of priority, of SVCall alone";
  nvic.Write(kStir, 1, kAll);
  EXPECT_FALSE(nvic.pending());
  nvic.Write(kIser, 1, kAll);
  nvic.Write(kIspr, 1, kAll);
  EXPECT_EQ(nvic.Next({.basepri = 0x40}), kExternal + 0u) << "no BASEPRI";
}

TEST(Exceptions, FaultsHaveHandlersOfTheirOwnOnceTheseAreEnabled) {
  constexpr uint32_t kShcsr = Exceptions::kShcsr;
  Exceptions nvic(false);
  EXPECT_FALSE(nvic.CanTake(kBusFault, {}));
  EXPECT_TRUE(nvic.CanTake(kHardFault, {}));
  nvic.Write(kShcsr, 1u << 17, kAll);
  EXPECT_TRUE(nvic.CanTake(kBusFault, {}));
  EXPECT_FALSE(nvic.CanTake(kUsageFault, {}));
  EXPECT_FALSE(nvic.CanTake(kBusFault, {.primask = true})) << "its priority is 0";
  EXPECT_TRUE(nvic.CanTake(kHardFault, {.primask = true}));
  EXPECT_FALSE(nvic.CanTake(kHardFault, {.faultmask = true})) << "a lock-up";
  nvic.Enter(kBusFault);
  EXPECT_EQ(nvic.Read(kShcsr), 1u << 17 | 1u << 1);
  EXPECT_FALSE(nvic.CanTake(kBusFault, {})) << "a fault in its own handler";
  nvic.Pend(kUsageFault);
  nvic.Pend(kSvCall);
  nvic.Enter(kPendSv);
  EXPECT_EQ(nvic.Read(kShcsr), 1u << 17 | 1u << 1 | 1u << 12 | 1u << 15 | 1u << 10);
  nvic.Write(kShcsr, 0, 0xFF);
  EXPECT_EQ(nvic.Read(kShcsr) >> 16, 2u) << "another byte was written";
  EXPECT_EQ(Exceptions(true).Read(kShcsr), 0u);
}

// Armv7-M Architecture Reference Manual, tables B3-4 and B3-8: which registers there are, in bytes.
TEST(Exceptions, HasTheRegistersOfTheManualAndNoOther) {
  const struct {
    uint32_t first, last;
  } kRegisters[] = {{0xE004, 0xE004}, {0xE100, 0xE11F}, {0xE180, 0xE19F}, {0xE200, 0xE21F},
                    {0xE280, 0xE29F}, {0xE300, 0xE31F}, {0xE400, 0xE4EF}, {0xED04, 0xED04},
                    {0xED0C, 0xED0C}, {0xED18, 0xED23}, {0xED24, 0xED24}, {0xEF00, 0xEF00}};
  for (const auto& [first, last] : kRegisters) {
    for (uint32_t at = first; at <= last; ++at) EXPECT_TRUE(Exceptions::Has(at)) << std::hex << at;
    EXPECT_FALSE(Exceptions::Has(first - 1) && first != Exceptions::kShcsr) << std::hex << first;
  }
  for (const uint32_t behind :
       {0xE005u, 0xE120u, 0xE1A0u, 0xE220u, 0xE2A0u, 0xE320u, 0xE4F0u, 0xED05u, 0xED0Du, 0xED25u, 0xEF01u})
    EXPECT_FALSE(Exceptions::Has(behind)) << std::hex << behind;
}

TEST(Exceptions, EveryWordIsOfItsOwnInterrupts) {
  for (unsigned word = 0; word < 7; ++word) {
    Exceptions nvic(false);
    nvic.Write(kIser + 4 * word, 1u << word, kAll);
    nvic.Write(kIspr + 4 * word, 2u << word, kAll);
    nvic.Enter(kExternal + 32 * word + 31);
    for (unsigned other = 0; other < 7; ++other) {
      const bool same = other == word;
      EXPECT_EQ(nvic.Read(kIser + 4 * other), same ? 1u << word : 0) << word << " " << other;
      EXPECT_EQ(nvic.Read(kIcer + 4 * other), same ? 1u << word : 0) << word << " " << other;
      EXPECT_EQ(nvic.Read(kIspr + 4 * other), same ? 2u << word : 0) << word << " " << other;
      EXPECT_EQ(nvic.Read(kIcpr + 4 * other), same ? 2u << word : 0) << word << " " << other;
      EXPECT_EQ(nvic.Read(kIabr + 4 * other), same ? 1u << 31 : 0) << word << " " << other;
    }
  }
  Exceptions nvic(true);
  nvic.Enter(kExternal);
  EXPECT_EQ(nvic.Read(kIabr), 0u) << "Armv6-M has no IABR";
}

// ICSR.RETTOBASE: the exception that runs is the only one, or none does.
TEST(Exceptions, TellsWhetherAReturnLeadsToThreadMode) {
  constexpr uint32_t kReturnToBase = 1u << 11;
  Exceptions nvic(false);
  EXPECT_NE(nvic.Read(kIcsr) & kReturnToBase, 0u);
  nvic.Enter(kPendSv);
  EXPECT_NE(nvic.Read(kIcsr) & kReturnToBase, 0u);
  nvic.Enter(kNmi);
  EXPECT_EQ(nvic.Read(kIcsr) & kReturnToBase, 0u);
  nvic.Leave(kNmi, kPendSv);
  EXPECT_NE(nvic.Read(kIcsr) & kReturnToBase, 0u);
}

TEST(Exceptions, ResetIsAboveAll) {
  Exceptions nvic(false);
  EXPECT_TRUE(nvic.CanTake(kReset, {.faultmask = true}));
  nvic.Enter(kNmi);
  EXPECT_TRUE(nvic.CanTake(kReset, {})) << "-3 is above -2";
  EXPECT_FALSE(nvic.CanTake(kHardFault, {}));
}

}  // namespace
}  // namespace atome::emulation
