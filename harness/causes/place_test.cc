#include "harness/causes/place.h"

#include <gtest/gtest.h>

namespace atome::harness::report {
namespace {

Key Usual() {
  Key key;
  key.kind = Kind::kCycles;
  key.runner = "unicorn";
  key.core = "m3";
  key.model = "atome_60k.atome03";
  key.variant = "f32";
  key.build_kind = "speed";
  return key;
}

TEST(ShownRunner, IsWhatPeopleCallIt) {
  EXPECT_EQ(ShownRunner("unicorn"), "Unicorn");
  EXPECT_EQ(ShownRunner("qemu"), "QEMU");
  EXPECT_EQ(ShownRunner("probe"), "silicon");
  EXPECT_EQ(ShownRunner("elf"), "") << "a file that was read ran nowhere";
  EXPECT_EQ(ShownRunner("native"), "native");
}

TEST(DistanceFromUsual, WeighsTheBoardMostThenTheModelTheBuildAndTheVariant) {
  EXPECT_EQ(DistanceFromUsual(Usual()), 0);
  Key key = Usual();
  key.build_kind = "";
  EXPECT_EQ(DistanceFromUsual(key), 0) << "no firmware";
  int last = 0;
  const auto farther = [&last](const auto& change) {
    Key other = Usual();
    change(other);
    const int distance = DistanceFromUsual(other);
    EXPECT_GT(distance, last) << other.Describe();
    last = distance;
  };
  farther([](Key& other) { other.variant = "f32kv16"; });
  farther([](Key& other) { other.variant = "q15"; });
  farther([](Key& other) { other.variant = "q15kv8"; });
  farther([](Key& other) { other.build_kind = "size"; });
  farther([](Key& other) {
    other.build_kind = "size";
    other.variant = "q15kv8";
  });
  farther([](Key& other) { other.model = "tiny_odd.atome03"; });
  farther([](Key& other) {
    other.model = "tiny_odd.atome03";
    other.build_kind = "size";
    other.variant = "q15kv8";
  });
  farther([](Key& other) { other.board = "bluepill"; });
}

TEST(CommonText, SaysWhatAllHave) {
  Key other = Usual();
  other.core = "m4f";
  EXPECT_EQ(CommonText({&other}), "Unicorn Cortex-M4F f32 60K");
  const Key usual = Usual();
  EXPECT_EQ(CommonText({&usual, &other}), "Unicorn f32 60K");
  Key probe = Usual();
  probe.runner = "probe";
  probe.board = "bluepill";
  EXPECT_EQ(CommonText({&probe}), "silicon bluepill f32 60K");
}

}  // namespace
}  // namespace atome::harness::report
