#include "emulation/timing/timing_core.h"

#include <gtest/gtest.h>

#include <set>
#include <span>
#include <string_view>

namespace atome::timing {
namespace {

TEST(TimingCores, EveryEntryIsComplete) {
  std::set<std::string_view> names;
  for (const TimingCore& core : TimingCores()) {
    EXPECT_TRUE(names.insert(core.name).second) << core.name;
    EXPECT_FALSE(core.title.empty());
    EXPECT_EQ(FindTimingCore(core.name), &core);
    EXPECT_GT(core.accuracy.mean_percent, 0);
    EXPECT_GE(core.accuracy.worst_percent, core.accuracy.mean_percent);
    EXPECT_FALSE(core.accuracy.basis.empty());
    EXPECT_FALSE(core.rules.empty());
    for (const std::span<const Rule> rules : {core.shared_rules, core.rules}) {
      for (const Rule& rule : rules) {
        EXPECT_FALSE(rule.rule.empty());
        EXPECT_FALSE(rule.source.empty()) << rule.rule;
      }
    }
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"m0", "m0plus", "m3", "m4", "m4f", "m7"}));
  EXPECT_EQ(FindTimingCore("z80"), nullptr);
}

TEST(DivideCycles, StaysInItsRange) {
  EXPECT_EQ(DivideCycles(0, 0, false), 2);
  EXPECT_EQ(DivideCycles(0x80000000, 0xFFFFFFFF, true), 12);  // the one quotient that does not fit
  EXPECT_EQ(DivideCycles(0x80000000, 0xFFFFFFFF, false), 2);
  EXPECT_EQ(DivideCycles(static_cast<uint32_t>(-9), 3, true), DivideCycles(9, 3, true));
  for (int bits = 1; bits <= 32; ++bits) {
    const uint32_t n = 0xFFFFFFFFu >> (32 - bits);
    EXPECT_EQ(DivideCycles(n, 1, false), 3 + (bits + 4) / 4) << bits;
  }
}

TEST(LongMultiplyCycles, CountsShortOperands) {
  EXPECT_EQ(LongMultiplyCycles(5, false, 0xFFFF, 0x10000, false), 4);
  EXPECT_EQ(LongMultiplyCycles(5, false, 0xFFFFFFFF, 0xFFFF8000, true), 3);
  EXPECT_EQ(LongMultiplyCycles(5, false, 0xFFFF7FFF, 0x8000, true), 5);
  EXPECT_EQ(LongMultiplyCycles(7, true, 1, 1, false), 4);
}

TEST(UnalignedStall, CountsBusAccesses) {
  const TimingCore& m4 = *FindTimingCore("m4");
  const uint8_t words[] = {0, 2, 1, 2};
  for (uint32_t at = 0; at < 4; ++at) EXPECT_EQ(UnalignedStall(m4, at, 4, true), words[at]) << at;
  EXPECT_EQ(UnalignedStall(m4, 2, 2, false), 0);
  EXPECT_EQ(UnalignedStall(m4, 3, 2, false), 1);
  EXPECT_EQ(UnalignedStall(m4, 3, 1, false), 0);
  EXPECT_EQ(UnalignedStall(*FindTimingCore("m7"), 2, 4, true), 3);
  EXPECT_EQ(UnalignedStall(*FindTimingCore("m7"), 2, 4, false), 0);
}

}  // namespace
}  // namespace atome::timing
