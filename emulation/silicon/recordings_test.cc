// Each recorded sequence through the cycle models: what a chip took, but for the sequences that are known to
// be off. A line of facts.csv for each of these; README.md says of what kinds they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "emulation/silicon/replay.h"

namespace atome::silicon {
namespace {

const std::vector<Fact>& Facts() {
  static const FactsFile file = [] {
    std::ifstream csv(std::string(ATOME_SOURCE_DIR) + "/emulation/silicon/facts.csv", std::ios::binary);
    std::stringstream text;
    text << csv.rdbuf();
    return ReadFacts(text.str(), "facts.csv");
  }();
  return file.facts;
}

TEST(Recordings, TakeWhatTheirChipTook) {
  const std::set<size_t> known_off = {20,  75,  112, 194, 197, 214, 563, 586, 674, 683,
                                      704, 706, 741, 815, 821, 831, 834, 838, 845, 846};
  std::set<size_t> off;
  for (const Fact& fact : Facts()) {
    const uint64_t cycles = Replay(*CoreOf(fact), fact);
    if (cycles == fact.cycles) continue;
    off.insert(fact.line);
    EXPECT_TRUE(known_off.contains(fact.line))
        << "line " << fact.line << ": " << cycles << " instead of " << fact.cycles << ": " << fact.sequence;
  }
  EXPECT_EQ(off, known_off) << "lines";
  EXPECT_EQ(Facts().size(), 862u);
}

// LSUCNT, CPICNT and FOLDCNT, where they were recorded and the cycles are exact.
TEST(Recordings, CountWhatTheirChipCounted) {
  const std::set<size_t> known_off = {61, 70, 72, 594, 733};
  std::set<size_t> off;
  for (const Fact& fact : Facts()) {
    if (!fact.load_store || !fact.more_cycles) continue;
    const timing::Moment events = ReplayEvents(*CoreOf(fact), fact);
    if (Count(events.cycles) != fact.cycles) continue;
    EXPECT_EQ(events.instructions + 1, fact.steps.size()) << "line " << fact.line;
    const bool exact = events.load_store == *fact.load_store && events.more_cycles() == *fact.more_cycles &&
                       events.folded == fact.folded.value_or(0);
    if (!exact) off.insert(fact.line);
  }
  EXPECT_EQ(off, known_off) << "lines";
}

}  // namespace
}  // namespace atome::silicon
