// A cache against the plainest one: for every set the lines in the order of their last use.
#include "emulation/timing/line_cache.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace atome::timing {
namespace {

class Plain {
 public:
  Plain(uint32_t lines, uint32_t ways) : sets_(lines == 0 ? 0 : lines / ways), ways_(ways) {}
  bool Touch(uint32_t line) {
    if (sets_ == 0) return false;
    std::vector<uint32_t>& set = held_[line % sets_];
    const auto found = std::ranges::find(set, line);
    if (found == set.end()) return false;
    set.erase(found);
    set.push_back(line);
    return true;
  }
  void Fill(uint32_t line) {
    if (sets_ == 0) return;
    std::vector<uint32_t>& set = held_[line % sets_];
    if (set.size() == ways_) set.erase(set.begin());
    set.push_back(line);
  }

 private:
  uint32_t sets_, ways_;
  std::map<uint32_t, std::vector<uint32_t>> held_;  // the one used longest ago first
};

TEST(LineCache, ForgetsWhatAPlainOneForgets) {
  const struct {
    uint32_t lines, ways;
  } kShapes[] = {{0, 0}, {1, 1}, {2, 1}, {2, 2}, {8, 2}, {6, 3}, {64, 64}, {512, 2}, {128, 4}, {4096, 2}};
  std::mt19937 random(8);
  for (const auto& shape : kShapes) {
    LineCache cache(shape.lines, shape.ways);
    Plain plain(shape.lines, shape.ways);
    const uint32_t range = std::max(4u, 2 * shape.lines);
    for (int k = 0; k < 4000; ++k) {
      const auto line = static_cast<uint32_t>(random() % range) * (k % 3 == 0 ? 256u : 1u);
      const bool held = plain.Touch(line);
      ASSERT_EQ(cache.Touch(line), held) << shape.lines << " lines, " << shape.ways << " ways, step " << k;
      if (held || random() % 4 == 0) continue;
      cache.Fill(line);
      plain.Fill(line);
    }
  }
}

}  // namespace
}  // namespace atome::timing
