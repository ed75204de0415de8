#include "harness/cycles/profile_output.h"

#include <gtest/gtest.h>

namespace atome::harness {
namespace {

using Row = std::vector<std::string>;

// main calls f twice; f calls itself and g.
emulation::Profile Example() {
  return {
      .nodes = {{.function = "(program)", .parent = 0},
                {.function = "main", .parent = 0, .calls = 1, .instructions = 10, .cycles = 20},
                {.function = "void f<int>(int)", .parent = 1, .calls = 2, .instructions = 20, .cycles = 30},
                {.function = "void f<int>(int)", .parent = 2, .calls = 1, .instructions = 5, .cycles = 10},
                {.function = "g", .parent = 3, .calls = 7, .instructions = 30, .cycles = 40}}};
}

TEST(FlatProfile, CountsARecursionOnce) {
  const Table table = FlatProfile(Example());
  ASSERT_EQ(table.rows.size(), 3u) << "nothing for the program itself";
  EXPECT_EQ(table.rows[0], (Row{"40", "40.0%", "80", "80.0%", "3", "25", "f"}));
  EXPECT_EQ(table.rows[1], (Row{"40", "40.0%", "40", "40.0%", "7", "30", "g"}));
  EXPECT_EQ(table.rows[2], (Row{"20", "20.0%", "100", "100.0%", "1", "10", "main"}));
}

TEST(FlatProfile, WithoutCyclesIsInInstructions) {
  emulation::Profile profile = Example();
  profile.has_cycles = false;
  const Table table = FlatProfile(profile);
  EXPECT_EQ(table.columns[0].title, "own instructions");
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(table.rows[0], (Row{"30", "46.2%", "30", "46.2%", "7", "g"}));
  EXPECT_EQ(table.rows[1], (Row{"25", "38.5%", "55", "84.6%", "3", "f"}));
  EXPECT_EQ(FoldedStacks(profile), "main 10\nmain;f 20\nmain;f;f 5\nmain;f;f;g 30\n");
}

TEST(FoldedStacks, AreOneLineAChain) {
  EXPECT_EQ(FoldedStacks(Example()), "main 20\nmain;f 30\nmain;f;f 10\nmain;f;f;g 40\n");
  EXPECT_EQ(FoldedStacks({.nodes = {{.function = "(program)"}}}), "");
}

}  // namespace
}  // namespace atome::harness
