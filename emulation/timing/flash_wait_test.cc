// Each rule against counts worked out by hand.
#include "emulation/timing/flash_wait.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace atome::timing {
namespace {

constexpr FlashTiming kPlain = {.miss_cycles = 2, .line_bytes = 8};
constexpr FlashTiming kTwoBuffers = {.miss_cycles = 2, .line_bytes = 8, .prefetch = true};
constexpr FlashTiming kArt = {.miss_cycles = 5,
                              .line_bytes = 16,
                              .instruction_lines = 64,
                              .instruction_ways = 64,
                              .data_lines = 8,
                              .data_ways = 8,
                              .prefetch = true};
constexpr FlashTiming kCoreCaches = {.miss_cycles = 12,
                                     .line_bytes = 32,
                                     .instruction_lines = 128,
                                     .instruction_ways = 2,
                                     .data_lines = 128,
                                     .data_ways = 4};
constexpr FlashTiming kXip = {
    .miss_cycles = 40, .line_bytes = 4, .instruction_lines = 4096, .instruction_ways = 2, .unified = true};

TEST(FlashWait, WithoutWaitStatesNothingWaits) {
  FlashWait flash({});
  EXPECT_EQ(Count(flash.Fetch(0, 4096)), 0u);
  EXPECT_EQ(Count(flash.Read(0x100, 4)), 0u);
}

TEST(FlashWait, EveryNewLineWaits) {
  FlashWait flash(kPlain);
  EXPECT_EQ(Count(flash.Fetch(0, 2)), 2u);
  EXPECT_EQ(Count(flash.Fetch(2, 6)), 0u) << "the rest of the line is at hand";
  EXPECT_EQ(Count(flash.Fetch(4, 4)), 0u) << "and still is after a branch inside it";
  EXPECT_EQ(Count(flash.Fetch(8, 24)), 6u) << "three lines";
  EXPECT_EQ(Count(flash.Fetch(0, 2)), 2u) << "nothing older is kept";
  EXPECT_EQ(Count(flash.Fetch(6, 4)), 2u) << "a wide instruction across two lines";
}

TEST(FlashWait, PrefetchHidesWhatExecutesMeanwhile) {
  FlashWait flash(kTwoBuffers);
  EXPECT_EQ(Count(flash.Fetch(0, 16)), 2u) << "four halfwords of the first line hide the second's read";
  EXPECT_EQ(Count(flash.Fetch(0x46, 4)), 2u + 1u) << "one halfword before the border hides one cycle of two";
  EXPECT_EQ(Count(flash.Fetch(0x40, 2)), 2u) << "the line before is no longer there";
  EXPECT_EQ(Count(flash.Fetch(0x48, 2)), 1u) << "a branch to the next line finds it half read";
  EXPECT_EQ(Count(flash.Fetch(0x58, 2)), 2u) << "the line after the next was not prefetched";
}

TEST(FlashWait, PrefetchGoesOnInALoopInsideOneLine) {
  FlashWait flash(kArt);
  EXPECT_EQ(Count(flash.Fetch(0x100C, 4)), 5u);
  for (int turn = 0; turn < 3; ++turn) EXPECT_EQ(Count(flash.Fetch(0x100C, 4)), 0u);
  EXPECT_EQ(Count(flash.Fetch(0x1010, 2)), 0u) << "eight halfwords are more than five cycles";
}

TEST(FlashWait, CacheKeepsMissesButNotPrefetchedLines) {
  FlashWait flash(kArt);
  // Lines 0x100 (missed), 0x101 and 0x102 (prefetched behind 8 halfwords each).
  EXPECT_EQ(Count(flash.Fetch(0x1000, 48)), 5u);
  EXPECT_EQ(Count(flash.Fetch(0x1000, 16)), 0u) << "missed, so kept";
  EXPECT_EQ(Count(flash.Fetch(0x1020, 16)), 5u) << "was prefetched, so not kept";
  EXPECT_EQ(Count(flash.Fetch(0x1000, 2)), 0u);
  EXPECT_EQ(Count(flash.Fetch(0x1020, 2)), 0u) << "missed meanwhile";
}

TEST(FlashWait, CacheEndsTheWaitForAPrefetch) {
  FlashWait flash(kArt);
  EXPECT_EQ(Count(flash.Fetch(0x100E, 4)), 5u + 4u) << "one halfword hides one cycle of five";
  EXPECT_EQ(Count(flash.Fetch(0x2000, 2)), 5u);
  EXPECT_EQ(Count(flash.Fetch(0x1010, 2)), 5u) << "now kept";
  EXPECT_EQ(Count(flash.Fetch(0x100E, 4)), 0u);
}

TEST(FlashWait, CacheForgetsTheLeastRecentlyUsed) {
  FlashWait flash(kArt);
  const auto line = [](uint32_t i) { return 0x10000 + 0x40 * i; };  // never the next one
  for (uint32_t i = 0; i < 64; ++i) EXPECT_EQ(Count(flash.Fetch(line(i), 2)), 5u);
  for (uint32_t i = 0; i < 64; ++i) EXPECT_EQ(Count(flash.Fetch(line(i), 2)), 0u) << i;
  EXPECT_EQ(Count(flash.Fetch(line(0), 2)), 0u);
  EXPECT_EQ(Count(flash.Fetch(line(64), 2)), 5u) << "replaces line 1";
  EXPECT_EQ(Count(flash.Fetch(line(0), 2)), 0u);
  EXPECT_EQ(Count(flash.Fetch(line(1), 2)), 5u) << "replaces line 2";
  EXPECT_EQ(Count(flash.Fetch(line(3), 2)), 0u);
  EXPECT_EQ(Count(flash.Fetch(line(2), 2)), 5u);
}

TEST(FlashWait, SetsHoldAsManyLinesAsWays) {
  FlashWait flash(kCoreCaches);
  const uint32_t set = 64 * 32;  // bytes after which code comes to the same set
  EXPECT_EQ(Count(flash.Fetch(0, 4)), 12u);
  EXPECT_EQ(Count(flash.Fetch(32, 4)), 12u) << "no prefetch";
  EXPECT_EQ(Count(flash.Fetch(set, 4)), 12u);
  EXPECT_EQ(Count(flash.Fetch(0, 4)), 0u);
  EXPECT_EQ(Count(flash.Fetch(2 * set, 4)), 12u) << "two ways: replaces the line at `set`";
  EXPECT_EQ(Count(flash.Fetch(0, 4)), 0u);
  EXPECT_EQ(Count(flash.Fetch(set, 4)), 12u);
  EXPECT_EQ(Count(flash.Fetch(32, 4)), 0u) << "another set";
}

TEST(FlashWait, DataWithoutACacheWaitForEachWord) {
  FlashWait flash(kTwoBuffers);
  EXPECT_EQ(Count(flash.Read(0x100, 4)), 2u);
  EXPECT_EQ(Count(flash.Read(0x100, 4)), 2u);
  EXPECT_EQ(Count(flash.Read(0x103, 1)), 2u);
  EXPECT_EQ(Count(flash.Read(0x102, 4)), 4u) << "unaligned: two words";
  EXPECT_EQ(Count(flash.Read(0x100, 16)), 8u) << "LDM of four";
}

TEST(FlashWait, DataHaveTheirOwnCache) {
  FlashWait flash(kArt);
  EXPECT_EQ(Count(flash.Fetch(0x100, 2)), 5u);
  EXPECT_EQ(Count(flash.Read(0x104, 4)), 5u) << "code's line does not serve data";
  EXPECT_EQ(Count(flash.Read(0x10C, 4)), 0u);
  EXPECT_EQ(Count(flash.Read(0x10E, 4)), 5u) << "the second half is in the next line";
  for (uint32_t at = 0x200; at < 0x280; at += 16) EXPECT_EQ(Count(flash.Read(at, 4)), 5u);
  EXPECT_EQ(Count(flash.Read(0x104, 4)), 5u) << "eight lines, and eight others came since";
}

TEST(FlashWait, DataShareAUnifiedCache) {
  FlashWait flash(kXip);
  EXPECT_EQ(Count(flash.Fetch(0x10000100, 8)), 80u) << "a word at a time";
  EXPECT_EQ(Count(flash.Read(0x10000104, 4)), 0u);
  EXPECT_EQ(Count(flash.Read(0x10000108, 4)), 40u);
  EXPECT_EQ(Count(flash.Fetch(0x10000108, 4)), 0u);
}

TEST(FlashWait, TheLastAddressHasAnEnd) {
  FlashWait flash(kArt);
  EXPECT_EQ(Count(flash.Fetch(0xFFFFFFF0, 16)), 5u);
  EXPECT_EQ(Count(flash.Read(0xFFFFFFF0, 16)), 5u);
}

TEST(FlashWait, CuttingARunDoesNotChangeIt) {
  std::mt19937 random(1);
  for (const FlashTiming& timing : {kPlain, kTwoBuffers, kArt, kCoreCaches, kXip}) {
    FlashWait whole(timing), cut(timing);
    for (int run = 0; run < 3000; ++run) {
      const uint32_t address = static_cast<uint32_t>(random() % 4096) * 2;
      const uint32_t bytes = 2 + static_cast<uint32_t>(random() % 60) * 2;
      uint64_t sum = 0;
      for (uint32_t done = 0; done < bytes;) {
        const uint32_t piece = std::min(bytes - done, 2 + static_cast<uint32_t>(random() % 8) * 2);
        sum += Count(cut.Fetch(address + done, piece));
        done += piece;
      }
      ASSERT_EQ(Count(whole.Fetch(address, bytes)), sum) << "run " << run;
    }
  }
}

TEST(FlashTiming, SaysWhatIsNoFlash) {
  for (const FlashTiming& timing : {FlashTiming{}, kPlain, kTwoBuffers, kArt, kCoreCaches, kXip}) {
    EXPECT_TRUE(IsSound(timing));
  }
  EXPECT_FALSE(IsSound({.line_bytes = 12}));
  EXPECT_FALSE(IsSound({.line_bytes = 2}));
  EXPECT_FALSE(IsSound({.instruction_lines = 64}));
  EXPECT_FALSE(IsSound({.instruction_lines = 96, .instruction_ways = 2})) << "48 sets";
  EXPECT_FALSE(IsSound({.data_lines = 8, .data_ways = 3}));
  EXPECT_FALSE(IsSound({.unified = true}));
}

}  // namespace
}  // namespace atome::timing
