#include "harness/inject/draw.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace atome::harness {
namespace {

using emulation::DebugRegister;
using emulation::Flip;
using emulation::Instructions;

// Three bytes of code in two pieces, and SP.
Places SmallPlaces() {
  Places places;
  places.stretches[static_cast<size_t>(Region::kCode)] = {{0x100, 2}, {0x200, 1}};
  places.registers = {{DebugRegister{13}, 2, 30}};
  return places;
}

TEST(Draw, ReachesEachBitAndMomentAboutEquallyOften) {
  const Places places = SmallPlaces();
  EXPECT_EQ(places.BitsIn(Region::kCode), 24u);
  std::map<std::pair<uint32_t, int>, int> bits;
  std::map<uint64_t, int> moments;
  for (uint64_t k = 0; k < 4800; ++k) {
    Random random(7, k);
    const Flip flip = Draw(Region::kCode, places, {10, 14}, 1, random);
    EXPECT_EQ(flip.target, Flip::Target::kMemory);
    ++bits[{flip.address, flip.bit}];
    ++moments[Count(flip.at)];
  }
  // 200 of each are expected; five standard deviations are 70.
  ASSERT_EQ(bits.size(), 24u);
  for (const auto& [place, count] : bits) EXPECT_NEAR(count, 200, 70) << place.first << "." << place.second;
  ASSERT_EQ(moments.size(), 4u);
  EXPECT_EQ(moments.begin()->first, 10u);
  EXPECT_EQ(moments.rbegin()->first, 13u);
}

TEST(Draw, NeighboursStayInTheirPiece) {
  for (uint64_t k = 0; k < 500; ++k) {
    Random random(1, k);
    const Flip flip = Draw(Region::kCode, SmallPlaces(), {0, 1}, 8, random);
    const uint32_t end = (flip.address < 0x200 ? 0x102 : 0x201) * 8;
    EXPECT_LE(flip.address * 8 + flip.bit + flip.bits, end);
  }
}

TEST(Draw, OnlyBitsThatExistInRegisters) {
  std::set<int> seen;
  for (uint64_t k = 0; k < 1000; ++k) {
    Random random(1, k);
    const Flip flip = Draw(Region::kRegister, SmallPlaces(), {0, 1}, 1, random);
    EXPECT_EQ(flip.number, DebugRegister{13});
    seen.insert(flip.bit);
  }
  EXPECT_EQ(*seen.begin(), 2);
  EXPECT_EQ(*seen.rbegin(), 31);
  EXPECT_EQ(seen.size(), 30u);
}

emulation::RunResult TwoTokens() {
  emulation::RunResult clean;
  clean.instructions = Instructions{1000};
  clean.cycles = emulation::Cycles{1500};
  for (const uint64_t at : {300, 400, 500, 650})
    clean.marks.push_back({.instructions = Instructions{at}, .cycles = {}});
  return clean;
}

// Where blocks are one instruction, and two take three cycles.
Result<uint64_t> BlockAt(uint64_t cycle) { return cycle * 2 / 3; }

TEST(When, Windows) {
  struct Row {
    const char* text;
    uint64_t from, to;
  };
  for (const Row& row :
       {Row{"run", 300, 1000}, Row{"boot", 0, 1}, Row{"any", 0, 1000}, Row{"token:0", 300, 400},
        Row{"token:1", 500, 650}, Row{"0", 0, 1}, Row{"999", 999, 1000}, Row{"cycle:0", 0, 1},
        Row{"cycle:300", 200, 201}, Row{"cycle:1499", 999, 1000}}) {
    const auto when = ParseWhen(row.text);
    ASSERT_TRUE(when.ok()) << row.text;
    EXPECT_EQ(when->Text(), row.text);
    const auto window = WindowOf(*when, TwoTokens(), BlockAt);
    ASSERT_TRUE(window.ok()) << window.error().message;
    EXPECT_EQ(window->from, row.from) << row.text;
    EXPECT_EQ(window->to, row.to) << row.text;
  }
}

TEST(When, WhatIsNotThereIsTold) {
  EXPECT_EQ(WindowOf(*ParseWhen("token:2"), TwoTokens(), BlockAt).error().message,
            "--at token:2: the run has tokens 0 to 1; give more --tokens");
  EXPECT_EQ(WindowOf(*ParseWhen("1000"), TwoTokens(), BlockAt).error().message,
            "--at 1000: the run has 1000 instructions");
  EXPECT_EQ(WindowOf(*ParseWhen("cycle:1500"), TwoTokens(), BlockAt).error().message,
            "--at cycle:1500: the run has 1500 modelled cycles");
  emulation::RunResult without = TwoTokens();
  without.cycles.reset();
  EXPECT_EQ(WindowOf(*ParseWhen("cycle:5"), without, BlockAt).error().message,
            "--at cycle:5: no cycles are modelled of this run");
  EXPECT_EQ(
      WindowOf(*ParseWhen("cycle:5"), TwoTokens(), [](uint64_t) { return Result<uint64_t>(Bad("why")); })
          .error()
          .message,
      "why");
  for (const char* text :
       {"", "now", "token:", "token:x", "-1", "1.5", "cycle:", "cycle:-1", "cycles:5", "token:cycle:5"})
    EXPECT_FALSE(ParseWhen(text).ok()) << text;
}

TEST(Regions, WordsAndGroups) {
  EXPECT_EQ(ParseRegions({})->size(), std::size(kRegions));
  const auto flash = ParseRegions({"flash", "model"});
  EXPECT_EQ(*flash, (std::vector<Region>{Region::kModel, Region::kCode, Region::kConstants}));
  EXPECT_EQ(*ParseRegions({"register", "ram"}),
            (std::vector<Region>{Region::kState, Region::kLogits, Region::kData, Region::kStack,
                                 Region::kRegister}));
  EXPECT_NE(ParseRegions({"rom"}).error().message.find("\"rom\" is none"), std::string::npos);
}

}  // namespace
}  // namespace atome::harness
