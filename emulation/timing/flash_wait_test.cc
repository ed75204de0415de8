// Each rule against counts worked out by hand.
#include "emulation/timing/flash_wait.h"

#include <gtest/gtest.h>

#include <algorithm>

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

// Code that runs in flash: how long it waits.
class Code {
 public:
  explicit Code(const FlashTiming& timing) : flash_(timing) {}

  // Executes `cycles` cycles of instructions that lie in the line of `address`; what they waited before.
  uint32_t Run(uint32_t address, uint32_t cycles = 1) {
    const uint32_t wait = flash_.Enter(flash_.LineOf(address), now_);
    now_ += wait + cycles;
    return wait;
  }
  uint32_t Read(uint32_t address, uint32_t bytes) {
    const uint32_t wait = flash_.Read(address, bytes, now_);
    now_ += wait + 1;
    return wait;
  }
  uint64_t now() const { return now_; }

 private:
  FlashWait flash_;
  uint64_t now_ = 100;
};

TEST(FlashWait, WithoutWaitStatesNothingWaits) {
  Code code({});
  EXPECT_EQ(code.Run(0), 0u);
  EXPECT_EQ(code.Run(4096), 0u);
  EXPECT_EQ(code.Read(0x100, 4), 0u);
}

TEST(FlashWait, EveryNewLineWaits) {
  Code code(kPlain);
  EXPECT_EQ(code.Run(0), 2u);
  EXPECT_EQ(code.Run(6), 0u) << "the rest of the line is at hand";
  EXPECT_EQ(code.Run(4), 0u) << "and still is after a branch inside it";
  EXPECT_EQ(code.Run(8), 2u);
  EXPECT_EQ(code.Run(0), 2u) << "nothing older is kept";
}

// A read takes three cycles with two wait states; what executes meanwhile hides it.
TEST(FlashWait, PrefetchHidesWhatExecutesMeanwhile) {
  Code code(kTwoBuffers);
  EXPECT_EQ(code.Run(0, 2), 2u);
  EXPECT_EQ(code.Run(8, 3), 1u) << "two wide instructions take two cycles";
  EXPECT_EQ(code.Run(16, 4), 0u) << "exactly as long as the read";
  EXPECT_EQ(code.Run(24, 1), 0u);
  EXPECT_EQ(code.Run(0x48, 3), 2u + 2u) << "a running prefetch ends first";
  EXPECT_EQ(code.Run(0x40, 3), 2u) << "the line before is no longer there; the prefetch had ended";
  EXPECT_EQ(code.Run(0x50, 3), 2u) << "the line after the next was not prefetched";
}

TEST(FlashWait, StraightCodeTakesTheLongerOfBoth) {
  for (const uint32_t cycles : {1u, 2u, 3u, 5u}) {
    Code code(kTwoBuffers);
    code.Run(0, cycles);
    const uint64_t begin = code.now();
    for (uint32_t line = 1; line <= 100; ++line) code.Run(8 * line, cycles);
    EXPECT_EQ(code.now() - begin, 100 * std::max(3u, cycles)) << cycles;
  }
}

TEST(FlashWait, PrefetchGoesOnInALoopInsideOneLine) {
  Code code(kArt);
  EXPECT_EQ(code.Run(0x100C, 2), 5u);
  for (int turn = 0; turn < 3; ++turn) EXPECT_EQ(code.Run(0x100C, 2), 0u);
  EXPECT_EQ(code.Run(0x1010, 2), 0u) << "eight cycles are more than six";
}

TEST(FlashWait, CacheKeepsMissesButNotPrefetchedLines) {
  Code code(kArt);
  EXPECT_EQ(code.Run(0x1000, 6), 5u);
  EXPECT_EQ(code.Run(0x1010, 6), 0u);
  EXPECT_EQ(code.Run(0x1020, 6), 0u);
  EXPECT_EQ(code.Run(0x1000, 6), 0u) << "missed, so kept";
  EXPECT_EQ(code.Run(0x1020, 6), 5u) << "was prefetched, so not kept";
  EXPECT_EQ(code.Run(0x1000, 6), 0u);
  EXPECT_EQ(code.Run(0x1020, 6), 0u) << "missed meanwhile";
}

TEST(FlashWait, CacheEndsTheWaitForAPrefetch) {
  Code code(kArt);
  EXPECT_EQ(code.Run(0x1000, 1), 5u);
  EXPECT_EQ(code.Run(0x1010, 1), 5u) << "one cycle of six is hidden";
  EXPECT_EQ(code.Run(0x2000, 1), 5u) << "with a cache a running prefetch delays no miss";
  EXPECT_EQ(code.Run(0x1010, 1), 5u) << "now kept";
  EXPECT_EQ(code.Run(0x1000, 1), 0u);
  EXPECT_EQ(code.Run(0x1010, 1), 0u);
}

TEST(FlashWait, CacheForgetsTheLeastRecentlyUsed) {
  Code code(kArt);
  const auto line = [](uint32_t i) { return 0x10000 + 0x40 * i; };  // never the next one
  for (uint32_t i = 0; i < 64; ++i) EXPECT_EQ(code.Run(line(i)), 5u);
  for (uint32_t i = 0; i < 64; ++i) EXPECT_EQ(code.Run(line(i)), 0u) << i;
  EXPECT_EQ(code.Run(line(0)), 0u);
  EXPECT_EQ(code.Run(line(64)), 5u) << "replaces line 1";
  EXPECT_EQ(code.Run(line(0)), 0u);
  EXPECT_EQ(code.Run(line(1)), 5u) << "replaces line 2";
  EXPECT_EQ(code.Run(line(3)), 0u);
  EXPECT_EQ(code.Run(line(2)), 5u);
}

TEST(FlashWait, SetsHoldAsManyLinesAsWays) {
  Code code(kCoreCaches);
  const uint32_t set = 64 * 32;  // bytes after which code comes to the same set
  EXPECT_EQ(code.Run(0), 12u);
  EXPECT_EQ(code.Run(32), 12u) << "no prefetch";
  EXPECT_EQ(code.Run(set), 12u);
  EXPECT_EQ(code.Run(0), 0u);
  EXPECT_EQ(code.Run(2 * set), 12u) << "two ways: replaces the line at `set`";
  EXPECT_EQ(code.Run(0), 0u);
  EXPECT_EQ(code.Run(set), 12u);
  EXPECT_EQ(code.Run(32), 0u) << "another set";
}

TEST(FlashWait, DataWithoutACacheWaitForEachWord) {
  Code code(kTwoBuffers);
  EXPECT_EQ(code.Read(0x100, 4), 2u);
  EXPECT_EQ(code.Read(0x100, 4), 2u);
  EXPECT_EQ(code.Read(0x103, 1), 2u);
  EXPECT_EQ(code.Read(0x102, 4), 4u) << "unaligned: two words";
  EXPECT_EQ(code.Read(0x100, 16), 8u) << "LDM of four";
  code.Run(0, 1);
  EXPECT_EQ(code.Read(0x100, 4), 2u + 2u) << "a running prefetch ends first";
}

TEST(FlashWait, DataHaveTheirOwnCache) {
  Code code(kArt);
  EXPECT_EQ(code.Run(0x100), 5u);
  EXPECT_EQ(code.Read(0x104, 4), 5u) << "code's line does not serve data";
  EXPECT_EQ(code.Read(0x10C, 4), 0u);
  EXPECT_EQ(code.Read(0x10E, 4), 5u) << "the second half is in the next line";
  for (uint32_t at = 0x200; at < 0x280; at += 16) EXPECT_EQ(code.Read(at, 4), 5u);
  EXPECT_EQ(code.Read(0x104, 4), 5u) << "eight lines, and eight others came since";
}

TEST(FlashWait, DataShareAUnifiedCache) {
  Code code(kXip);
  EXPECT_EQ(code.Run(0x10000100), 40u);
  EXPECT_EQ(code.Run(0x10000104), 40u) << "a word at a time";
  EXPECT_EQ(code.Read(0x10000104, 4), 0u);
  EXPECT_EQ(code.Read(0x10000108, 4), 40u);
  EXPECT_EQ(code.Run(0x10000108), 0u);
}

TEST(FlashWait, TheLastAddressHasAnEnd) {
  Code code(kArt);
  EXPECT_EQ(code.Run(0xFFFFFFF0), 5u);
  EXPECT_EQ(code.Read(0xFFFFFFF0, 16), 5u);
}

// Published on an STM32F103 at 72 MHz: two wait states and the buffer of 2 x 64 bits. Straight code of wide
// instructions runs at the speed of the flash: AES-128 went from 627 cycles to 841.
TEST(FlashWait, WideInstructionsOutrunTwoWaitStates) {
  Code code(kTwoBuffers);
  code.Run(0, 2);
  const uint64_t begin = code.now();
  for (uint32_t line = 1; line <= 200; ++line) code.Run(8 * line, 2);
  EXPECT_EQ(code.now() - begin, 600u);
}

TEST(FlashWait, TheRestOfAPrefetchShrinksToNothing) {
  // Two wait states: a read takes three cycles. So long the line executes before it goes to another one.
  const uint32_t waits[] = {2 + 2, 2 + 1, 2, 2};
  for (uint32_t cycles = 1; cycles <= 4; ++cycles) {
    Code far(kTwoBuffers), data(kTwoBuffers);
    far.Run(0, cycles);
    EXPECT_EQ(far.Run(0x100, 1), waits[cycles - 1]) << cycles;
    data.Run(0, cycles);
    EXPECT_EQ(data.Read(0x100, 4), waits[cycles - 1]) << cycles;
  }
  Code first(kTwoBuffers);
  EXPECT_EQ(first.Read(0x100, 4), 2u) << "nothing is prefetched before anything executes";
}

TEST(FlashWait, DataAtTheEndsOfWordsAndLines) {
  const struct {
    uint32_t address, bytes, plain, cached;  // words of 4 and lines of 16 that it touches
  } kRows[] = {{0, 1, 1, 1},  {3, 1, 1, 1},  {0, 4, 1, 1},  {1, 3, 1, 1},  {1, 4, 2, 1},
               {2, 2, 1, 1},  {3, 2, 2, 1},  {12, 4, 1, 1}, {13, 4, 2, 2}, {15, 1, 1, 1},
               {15, 2, 2, 2}, {0, 16, 4, 1}, {4, 16, 4, 2}, {0, 32, 8, 2}, {12, 8, 2, 2}};
  for (const auto& row : kRows) {
    Code plain(kPlain), cached(kArt);
    EXPECT_EQ(plain.Read(0x100 + row.address, row.bytes), 2 * row.plain) << row.address << " " << row.bytes;
    EXPECT_EQ(cached.Read(0x100 + row.address, row.bytes), 5 * row.cached) << row.address << " " << row.bytes;
  }
}

TEST(FlashTiming, SaysWhatIsNoFlash) {
  for (const FlashTiming& timing : {FlashTiming{}, kPlain, kTwoBuffers, kArt, kCoreCaches, kXip}) {
    EXPECT_TRUE(IsSound(timing));
  }
  for (uint16_t bytes = 0; bytes <= 130; ++bytes) {
    const bool sound = bytes == 4 || bytes == 8 || bytes == 16 || bytes == 32 || bytes == 64;
    EXPECT_EQ(IsSound({.line_bytes = bytes}), sound) << bytes;
  }
  EXPECT_FALSE(IsSound({.instruction_ways = 1})) << "ways of nothing";
  EXPECT_FALSE(IsSound({.data_ways = 1}));
  EXPECT_TRUE(IsSound({.instruction_lines = 64, .instruction_ways = 64})) << "any line anywhere";
  EXPECT_TRUE(IsSound({.instruction_lines = 96, .instruction_ways = 3})) << "32 sets";
  EXPECT_TRUE(IsSound({.data_lines = 8, .data_ways = 1}));
  EXPECT_TRUE(IsSound({.instruction_lines = 8, .instruction_ways = 2, .unified = true}));
  EXPECT_FALSE(IsSound(
      {.instruction_lines = 8, .instruction_ways = 2, .data_lines = 8, .data_ways = 2, .unified = true}));
  EXPECT_FALSE(IsSound({.instruction_lines = 64}));
  EXPECT_FALSE(IsSound({.instruction_lines = 96, .instruction_ways = 2})) << "48 sets";
  EXPECT_FALSE(IsSound({.data_lines = 8, .data_ways = 3}));
  EXPECT_FALSE(IsSound({.unified = true}));
}

}  // namespace
}  // namespace atome::timing
