#include "emulation/unicorn/counters.h"

#include <gtest/gtest.h>

#include <random>

namespace atome::emulation {
namespace {

timing::Moment At(uint64_t cycles, uint64_t instructions = 0, uint64_t load_store = 0, uint64_t folded = 0) {
  return {Cycles{cycles}, instructions, load_store, folded};
}

TEST(CycleCounter, CountsOnlyWhileTracingAndEnabled) {
  CycleCounter dwt;
  EXPECT_EQ(dwt.Read(CycleCounter::kControl, At(5)), 0u) << "the unit is off";
  dwt.Write(CycleCounter::kControl, 1, At(5));
  EXPECT_EQ(dwt.Read(CycleCounter::kCount, At(50)), 0u);
  dwt.Write(CycleCounter::kDebugControl, 1u << 24, At(60));
  EXPECT_EQ(dwt.Read(CycleCounter::kControl, At(60)), 0x41000000u) << "no profiling counters";
  EXPECT_EQ(dwt.Read(CycleCounter::kCount, At(99)), 0u);
  dwt.Write(CycleCounter::kControl, 1, At(100));
  EXPECT_EQ(dwt.Read(CycleCounter::kCount, At(100)), 0u);
  EXPECT_EQ(dwt.Read(CycleCounter::kCount, At(117)), 17u);
  dwt.Write(CycleCounter::kControl, 0, At(120));
  EXPECT_EQ(dwt.Read(CycleCounter::kCount, At(900)), 20u);
  dwt.Write(CycleCounter::kControl, 1, At(1000));
  EXPECT_EQ(dwt.Read(CycleCounter::kCount, At(1001)), 21u);
}

TEST(CycleCounter, CanBeWrittenAndWraps) {
  CycleCounter dwt;
  dwt.Write(CycleCounter::kDebugControl, 0x01000001, At(0));
  EXPECT_EQ(dwt.Read(CycleCounter::kDebugControl, At(0)), 0x01000000u);
  dwt.Write(CycleCounter::kControl, 1, At(0));
  dwt.Write(CycleCounter::kCount, 0xFFFFFFFE, At(10));
  EXPECT_EQ(dwt.Read(CycleCounter::kCount, At(13)), 1u);
  dwt.Write(CycleCounter::kCount, 0, At((uint64_t{1} << 40) + 3));
  EXPECT_EQ(dwt.Read(CycleCounter::kCount, At((uint64_t{1} << 40) + 8)), 5u);
}

TEST(CycleCounter, ProfilesWhatTakesMoreThanACycle) {
  constexpr uint32_t kCpi = 0x1008, kExceptions = 0x100C, kLsu = 0x1014, kFold = 0x1018;
  CycleCounter dwt(true);
  dwt.Write(CycleCounter::kDebugControl, 1u << 24, At(0));
  EXPECT_EQ(dwt.Read(CycleCounter::kControl, At(0)), 0x40000000u) << "has profiling counters";
  dwt.Write(CycleCounter::kControl, 0x003E0001, At(100, 60, 30, 2));
  EXPECT_EQ(dwt.Read(CycleCounter::kControl, At(100, 60, 30, 2)), 0x403E0001u);
  // 50 cycles: 30 instructions, of which 3 took none; 14 of loads and stores; 9 are left.
  const timing::Moment later = At(150, 90, 44, 5);
  EXPECT_EQ(dwt.Read(kLsu, later), 14u);
  EXPECT_EQ(dwt.Read(kFold, later), 3u);
  EXPECT_EQ(dwt.Read(kCpi, later), 50u - 30 - 14 + 3);
  EXPECT_EQ(dwt.Read(kExceptions, later), 0u);
  dwt.Write(kLsu, 250, later);
  EXPECT_EQ(dwt.Read(kLsu, At(200, 120, 54, 5)), (250u + 10) & 0xFF) << "of 8 bits";
  dwt.Write(CycleCounter::kControl, 1, At(200, 120, 54, 5));
  EXPECT_EQ(dwt.Read(kLsu, At(900, 500, 154, 5)), 4u) << "stopped";
  dwt.Write(CycleCounter::kControl, 1u << 20 | 1, At(900, 500, 154, 5));
  EXPECT_EQ(dwt.Read(kLsu, At(910, 505, 159, 5)), 5u) << "starts from 0";
  CycleCounter without;
  without.Write(CycleCounter::kDebugControl, 1u << 24, At(0));
  without.Write(CycleCounter::kControl, 0x003E0001, At(0));
  EXPECT_EQ(without.Read(CycleCounter::kControl, At(0)), 0x41000001u);
  EXPECT_EQ(without.Read(kLsu, later), 0u);
}

TEST(SysTick, CountsDownReloadsAndFlags) {
  SysTick tick;
  tick.Write(SysTick::kReload, 9, Cycles{0});
  tick.Write(SysTick::kCurrent, 1234, Cycles{0});
  tick.Write(SysTick::kControl, 5, Cycles{0});
  EXPECT_EQ(tick.Read(SysTick::kCurrent, Cycles{0}), 0u);
  EXPECT_EQ(tick.Read(SysTick::kCurrent, Cycles{1}), 9u);
  EXPECT_EQ(tick.Read(SysTick::kCurrent, Cycles{9}), 1u);
  EXPECT_EQ(tick.Read(SysTick::kControl, Cycles{9}), 5u);
  EXPECT_EQ(tick.Read(SysTick::kCurrent, Cycles{10}), 0u);
  EXPECT_EQ(tick.Read(SysTick::kControl, Cycles{10}), 0x10005u) << "reached zero";
  EXPECT_EQ(tick.Read(SysTick::kControl, Cycles{10}), 5u) << "reading clears the flag";
  EXPECT_EQ(tick.Read(SysTick::kCurrent, Cycles{11}), 9u);
  EXPECT_EQ(tick.Read(SysTick::kCurrent, Cycles{11 + 10 * 1000}), 9u);
  EXPECT_EQ(tick.Read(SysTick::kControl, Cycles{11 + 10 * 1000}), 0x10005u);
  EXPECT_EQ(tick.Read(SysTick::kCalibration, Cycles{11 + 10 * 1000}), 0x80000000u) << "no reference clock";
}

// Armv7-M Architecture Reference Manual, B3.3.1: COUNTFLAG is cleared by a read of SYST_CSR and by a write of
// any value to SYST_CVR, which also clears the counter.
TEST(SysTick, AWriteOfTheCountClearsTheFlag) {
  const struct {
    uint32_t offset;
    uint32_t value;
    uint32_t flag;
    uint32_t count;
  } kRows[] = {{SysTick::kCurrent, 0, 0, 0},
               {SysTick::kCurrent, 0xFFFFFF, 0, 0},
               {SysTick::kReload, 9, 1u << 16, 8},
               {SysTick::kControl, 1, 1u << 16, 8},
               {SysTick::kCalibration, 0, 1u << 16, 8}};
  for (const auto& row : kRows) {
    SysTick tick;
    tick.Write(SysTick::kReload, 9, Cycles{0});
    tick.Write(SysTick::kControl, 1, Cycles{0});
    tick.Write(row.offset, row.value, Cycles{12});  // it went through 0 at 10
    EXPECT_EQ(tick.Read(SysTick::kCurrent, Cycles{12}), row.count) << row.offset;
    EXPECT_EQ(tick.Read(SysTick::kControl, Cycles{12}) & 1u << 16, row.flag) << row.offset;
  }
}

TEST(SysTick, StopsAndKeepsItsCount) {
  SysTick tick;
  tick.Write(SysTick::kReload, 0xFFFFFFFF, Cycles{0});
  EXPECT_EQ(tick.Read(SysTick::kReload, Cycles{0}), 0x00FFFFFFu);
  tick.Write(SysTick::kControl, 1, Cycles{0});
  tick.Write(SysTick::kControl, 0, Cycles{101});
  EXPECT_EQ(tick.Read(SysTick::kCurrent, Cycles{5000}), 0x00FFFFFFu - 100);
  tick.Write(SysTick::kReload, 0, Cycles{5000});
  tick.Write(SysTick::kControl, 1, Cycles{5000});
  EXPECT_EQ(tick.Read(SysTick::kCurrent, Cycles{uint64_t{1} << 33}), 0u) << "a reload value of 0 ends it";
}

TEST(SysTick, TellsItsNextInterrupt) {
  constexpr uint32_t kOn = 3;  // ENABLE and TICKINT
  const struct {
    uint32_t control, reload, current_at, now;  // CVR is written to 0 when nothing else is given
    std::optional<uint64_t> next;
  } kRows[] = {
      {kOn, 9, 0, 0, 10},  // the reload, then nine down
      {kOn, 9, 0, 9, 10},         {kOn, 9, 0, 10, 10},
      {kOn, 9, 0, 11, 20},        {kOn, 9, 0, 20, 20},
      {kOn, 9, 0, 21, 30},        {kOn, 9, 5, 0, 15},  // CVR cleared at 5
      {kOn, 9, 5, 16, 25},        {kOn, 1, 0, 0, 2},
      {kOn, 1, 0, 3, 4},          {kOn, 0, 0, 0, std::nullopt},
      {1, 9, 0, 0, std::nullopt}, {2, 9, 0, 0, std::nullopt},
      {0, 9, 0, 0, std::nullopt}, {kOn, 0xFFFFFF, 0, 0, 0x1000000},
  };
  for (const auto& row : kRows) {
    SysTick tick;
    tick.Write(SysTick::kReload, row.reload, Cycles{0});
    tick.Write(SysTick::kControl, row.control, Cycles{0});
    tick.Write(SysTick::kCurrent, 0, Cycles{row.current_at});
    const std::optional<Cycles> next = tick.NextInterrupt(Cycles{row.now});
    EXPECT_EQ(next ? std::optional(Count(*next)) : std::nullopt, row.next) << row.reload << " at " << row.now;
  }
  // With a reload of 0 what it counts is its last round.
  SysTick once;
  once.Write(SysTick::kReload, 9, Cycles{0});
  once.Write(SysTick::kControl, kOn, Cycles{0});
  once.Write(SysTick::kReload, 0, Cycles{4});
  EXPECT_EQ(Count(once.NextInterrupt(Cycles{4}).value()), 10u);
  EXPECT_EQ(Count(once.NextInterrupt(Cycles{10}).value()), 10u);
  EXPECT_EQ(once.NextInterrupt(Cycles{11}), std::nullopt);
}

// Against a counter that goes one by one.
TEST(SysTick, IsTheSameInStepsAndAtOnce) {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    SysTick tick;
    const auto reload = static_cast<uint32_t>(random() % 7);
    tick.Write(SysTick::kReload, reload, Cycles{0});
    tick.Write(SysTick::kControl, 1, Cycles{0});
    uint32_t current = 0;
    bool flag = false;
    uint64_t now = 0;
    for (int step = 0; step < 50; ++step) {
      for (uint64_t n = random() % 12; n > 0; --n, ++now) {
        if (current == 0) {
          current = reload;
        } else if (--current == 0) {
          flag = true;
        }
      }
      ASSERT_EQ(tick.Read(SysTick::kCurrent, Cycles{now}), current) << "reload " << reload << " at " << now;
      ASSERT_EQ(tick.Read(SysTick::kControl, Cycles{now}) >> 16 & 1, flag ? 1u : 0u) << now;
      flag = false;
    }
  }
}

TEST(CycleCounter, SaysThatThereIsNone) {
  CycleCounter counter(/*profiles=*/false, /*counts=*/false);
  counter.Write(CycleCounter::kDebugControl, 1u << 24, {});
  counter.Write(CycleCounter::kControl, 1, {});
  counter.Write(CycleCounter::kCount, 5, {});
  const timing::Moment later{.cycles = Cycles{100}};
  EXPECT_EQ(counter.Read(CycleCounter::kControl, later) & (1u << 25 | 1u), 1u << 25) << "NOCYCCNT, CYCCNTENA";
  EXPECT_EQ(counter.Read(CycleCounter::kCount, later), 0u);
}

TEST(CycleCounter, HasItsRegistersAndNoOther) {
  for (const uint32_t offset : {0x1000u, 0x1004u, 0x1018u, 0xEDFCu}) EXPECT_TRUE(CycleCounter::Has(offset));
  for (const uint32_t offset : {0xFFCu, 0xFFFu, 0x1019u, 0x101Cu, 0xEDF8u, 0xEDFBu, 0xEDFDu, 0xEE00u})
    EXPECT_FALSE(CycleCounter::Has(offset)) << std::hex << offset;
}

}  // namespace
}  // namespace atome::emulation
