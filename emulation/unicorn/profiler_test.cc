#include "emulation/unicorn/profiler.h"

#include <gtest/gtest.h>

#include <map>

namespace atome::emulation {
namespace {

enum End { kPlain, kCall, kLeave };

// Drives a profiler block by block, each of 4 bytes, 2 instructions and 3 cycles. Functions begin at
// multiples of 100.
class Walk {
 public:
  Walk& At(uint32_t address, const std::string& function, End end) {
    KnownBlock block;
    block.block = {address, 4};
    block.facts.calls = end == kCall;
    block.facts.leaves = end == kLeave;
    block.function = profiler_.Function(function);
    block.begins_function = address % 100 == 0;
    profiler_.OnBlock(block, Instructions{2 * blocks_}, Cycles{3 * blocks_});
    ++blocks_;
    return *this;
  }
  Walk& Counting(bool counting) {
    profiler_.Count(counting);
    return *this;
  }
  // Cycles by chain of functions, "main;work".
  std::map<std::string, uint64_t> Chains() {
    profiler_.Finish(Instructions{2 * blocks_}, Cycles{3 * blocks_});
    const Profile profile = profiler_.TakeProfile();
    std::map<std::string, uint64_t> chains;
    uint64_t instructions = 0;
    for (size_t i = 0; i < profile.nodes.size(); ++i) {
      instructions += profile.nodes[i].instructions;
      if (profile.nodes[i].cycles == 0) continue;
      std::string chain = profile.nodes[i].function;
      for (size_t at = profile.nodes[i].parent; at != 0; at = profile.nodes[at].parent)
        chain = profile.nodes[at].function + ";" + chain;
      chains[chain] = profile.nodes[i].cycles;
    }
    if (all_) {
      EXPECT_EQ(instructions, 2 * blocks_);
    }
    return chains;
  }
  Walk& Partly() {
    all_ = false;
    return *this;
  }

 private:
  Profiler profiler_;
  uint64_t blocks_ = 0;
  bool all_ = true;
};

using Chains = std::map<std::string, uint64_t>;

TEST(Profiler, FollowsCallsAndReturns) {
  Walk walk;
  walk.At(0, "main", kCall)
      .At(100, "f", kCall)
      .At(200, "g", kLeave)
      .At(104, "f", kLeave)
      .At(4, "main", kPlain);
  EXPECT_EQ(walk.Chains(), (Chains{{"main", 6}, {"main;f", 6}, {"main;f;g", 3}}));
}

TEST(Profiler, AJumpToAnotherFunctionTakesItsPlace) {
  Walk walk;
  walk.At(0, "main", kCall).At(100, "f", kPlain).At(200, "g", kLeave).At(4, "main", kPlain);
  EXPECT_EQ(walk.Chains(), (Chains{{"main", 6}, {"main;f", 3}, {"main;g", 3}}));
}

TEST(Profiler, FollowsRecursion) {
  Walk walk;
  walk.At(0, "f", kCall).At(0, "f", kCall).At(0, "f", kLeave).At(4, "f", kLeave).At(4, "f", kPlain);
  EXPECT_EQ(walk.Chains(), (Chains{{"f", 6}, {"f;f", 6}, {"f;f;f", 3}}));
}

TEST(Profiler, LoopsAndSwitchesStay) {
  Walk walk;
  walk.At(0, "main", kPlain).At(0, "main", kPlain).At(40, "main", kLeave).At(80, "main", kPlain);
  EXPECT_EQ(walk.Chains(), (Chains{{"main", 12}}));
}

TEST(Profiler, ACompilersHelperReturnsElsewhere) {
  Walk walk;
  walk.At(0, "main", kCall)
      .At(100, "__gnu_thumb1_case_uqi", kLeave)
      .At(60, "main", kCall)
      .At(200, "f", kLeave);
  walk.At(64, "main", kPlain);
  EXPECT_EQ(walk.Chains(), (Chains{{"main", 9}, {"main;__gnu_thumb1_case_uqi", 3}, {"main;f", 3}}));
}

TEST(Profiler, ALongJumpUnwinds) {
  Walk walk;
  walk.At(0, "main", kCall)
      .At(100, "f", kCall)
      .At(200, "g", kCall)
      .At(300, "h", kLeave)
      .At(4, "main", kPlain);
  EXPECT_EQ(walk.Chains(), (Chains{{"main", 6}, {"main;f", 3}, {"main;f;g", 3}, {"main;f;g;h", 3}}));
}

TEST(Profiler, AJumpIntoTheMiddleOfAWaitingFunctionUnwindsToIt) {
  Walk walk;
  for (int i = 0; i < 6000; ++i)
    walk.At(104, "worker", kCall).At(200, "inner", kCall).At(300, "longjmp", kLeave);
  walk.At(104, "worker", kCall).At(400, "leaf", kLeave).At(108, "worker", kPlain);
  EXPECT_EQ(walk.Chains(), (Chains{{"worker", 6002 * 3},
                                   {"worker;inner", 6000 * 3},
                                   {"worker;inner;longjmp", 6000 * 3},
                                   {"worker;leaf", 3}}));
}

TEST(Profiler, CodeWithoutSymbolsIsSplitByCalls) {
  Walk walk;
  walk.At(4, "", kPlain).At(8, "", kCall).At(100, "", kPlain).At(104, "", kLeave).At(12, "", kPlain);
  EXPECT_EQ(walk.Chains(), (Chains{{"0x00000004", 9}, {"0x00000004;0x00000064", 6}}));
}

TEST(Profiler, CountsWhenToldTo) {
  Walk walk;
  walk.Partly().Counting(false).At(0, "main", kCall).At(100, "f", kPlain).Counting(true);
  walk.At(104, "f", kLeave).Counting(false).At(4, "main", kPlain);
  EXPECT_EQ(walk.Chains(), (Chains{{"main;f", 3}}));
}

TEST(Profiler, EndlessRecursionIsBounded) {
  Profiler profiler;
  KnownBlock block;
  block.block = {0, 4};
  block.facts.calls = true;
  block.function = profiler.Function("f");
  for (uint64_t i = 0; i < 100000; ++i) profiler.OnBlock(block, Instructions{i}, Cycles{i});
  const Profile profile = profiler.TakeProfile();
  EXPECT_LT(profile.nodes.size(), 300u);
  uint64_t calls = 0;
  for (const ProfileNode& node : profile.nodes) calls += node.calls;
  EXPECT_EQ(calls, 100000u);
}

}  // namespace
}  // namespace atome::emulation
