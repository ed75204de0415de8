// Every position that attention chooses is on the shortlist, whatever query and keys are.
#include "engine/f32/shortlist.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "engine/f32/kernels/estimates.h"
#include "engine/f32/kernels/scores.h"
#include "engine/testing/model_builder.h"

namespace atome {
namespace {

using testing::Source;

// Positions in parts, as a ring gives them.
struct Window {
  uint32_t h;
  std::vector<int32_t> query, keys;

  uint32_t count() const { return static_cast<uint32_t>(keys.size() / h); }

  // Positions on the shortlist; those of a part are judged when the part is known.
  std::vector<uint32_t> Listed(uint32_t top_k, uint32_t part) const {
    std::vector<int32_t> rounded(h), estimates(part);
    Shortlist list(query.data(), h, top_k, rounded.data());
    std::vector<uint32_t> listed;
    for (uint32_t from = 0; from < count(); from += part) {
      const uint32_t here = std::min(part, count() - from);
      kernel::Estimates(rounded.data(), keys.data() + size_t{from} * h, h, here, estimates.data());
      const int32_t least = list.Add(estimates.data(), here);
      for (uint32_t i = 0; i < here; ++i) {
        if (estimates[i] >= least) listed.push_back(from + i);
      }
    }
    return listed;
  }

  // Positions chosen: the greatest scores, of equals the oldest.
  std::vector<uint32_t> Chosen(uint32_t top_k) const {
    std::vector<int64_t> scores(count());
    kernel::Scores(query.data(), keys.data(), h, count(), scores.data());
    std::vector<uint32_t> order(count());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return scores[a] > scores[b]; });
    order.resize(std::min(top_k, count()));
    return order;
  }

  void ExpectAllChosenListed(uint32_t top_k, uint32_t part) const {
    const std::vector<uint32_t> listed = Listed(top_k, part);
    for (uint32_t position : Chosen(top_k)) {
      ASSERT_TRUE(std::binary_search(listed.begin(), listed.end(), position))
          << "h " << h << ", k " << top_k << ", position " << position << " of " << count();
    }
  }
};

// The greatest magnitude of an element.
int32_t Most(uint32_t h) { return static_cast<int32_t>((uint32_t{1} << 31 >> ScoreShift(h)) - (h == 1)); }

TEST(Shortlist, HasEveryChosenPositionOfAnyMagnitude) {
  Source source(71);
  for (int repeat = 0; repeat < 20000; ++repeat) {
    Window window;
    window.h = 2 + source.Below(20);
    const auto element = [&](uint32_t bits) {
      return static_cast<int32_t>(source.Below(2u << bits)) - (1 << bits);
    };
    const uint32_t most = static_cast<uint32_t>(31 - ScoreShift(window.h));
    const uint32_t query_bits = 1 + source.Below(most - 1), key_bits = 1 + source.Below(most - 1);
    for (uint32_t r = 0; r < window.h; ++r) window.query.push_back(element(query_bits));
    for (uint32_t i = window.h * (1 + source.Below(30)); i != 0; --i)
      window.keys.push_back(element(key_bits));
    window.ExpectAllChosenListed(1 + source.Below(4), 1 + source.Below(12));
  }
}

// Keys about as far from each other as the rounding reaches, on both sides of it.
TEST(Shortlist, HasEveryChosenPositionOfKeysThatAreAlike) {
  Source source(72);
  for (int repeat = 0; repeat < 20000; ++repeat) {
    Window window;
    window.h = 2 + source.Below(255);
    const int32_t most = Most(window.h);
    const uint32_t reach = 1u << (1 + source.Below(17));
    const bool greatest = source.Below(2) == 0;
    std::vector<int32_t> base(window.h);
    for (uint32_t r = 0; r < window.h; ++r) {
      const auto any = [&] {
        return static_cast<int32_t>(source.Below(2 * static_cast<uint32_t>(most))) - most;
      };
      const int32_t end = source.Below(2) == 0 ? most : -most;
      window.query.push_back(greatest ? end : any());
      base[r] = greatest ? (source.Below(2) == 0 ? end : -end) : any();
    }
    const uint32_t count = 6 + source.Below(6);
    for (uint32_t j = 0; j < count; ++j) {
      for (uint32_t r = 0; r < window.h; ++r) {
        const int64_t near = int64_t{base[r]} + source.Below(2 * reach) - reach;
        window.keys.push_back(static_cast<int32_t>(std::clamp<int64_t>(near, -most, most)));
      }
    }
    window.ExpectAllChosenListed(1 + source.Below(4), 3 + source.Below(8));
  }
}

// Keys that lie far apart, the best ones first and in one part or one by one: behind the chosen ones none is
// listed.
TEST(Shortlist, HasNoOtherPositionWhereKeysAreFarApart) {
  constexpr uint32_t kDimensions = 4, kCount = 12;
  const int32_t step = Most(kDimensions) / static_cast<int32_t>(kCount);
  Window window = {kDimensions, std::vector<int32_t>(kDimensions, Most(kDimensions)), {}};
  for (uint32_t j = 0; j < kCount; ++j)
    window.keys.insert(window.keys.end(), kDimensions, static_cast<int32_t>(kCount - j) * step);
  for (uint32_t top_k = 1; top_k <= Shortlist::kMost; ++top_k) {
    for (const uint32_t part : {Shortlist::kMost, kCount}) {
      window.ExpectAllChosenListed(top_k, part);
      EXPECT_EQ(window.Listed(top_k, part).size(), top_k) << top_k << ", " << part;
    }
  }
}

// Two keys whose estimates differ by all of the margin: where rounding the query adds most to the second, and
// rounding the keys takes most from it. The first comes nearer until it is chosen itself.
TEST(Shortlist, HasTheKeyThatRoundingHidesMost) {
  for (uint32_t h : {2u, 4u, 16u, 64u, 256u}) {
    const int32_t upper = (1 << (15 - ScoreShift(h))) - 2, most = upper << 16;
    Window window = {h, std::vector<int32_t>(h), std::vector<int32_t>(2 * size_t{h})};
    for (uint32_t r = 0; r < h; ++r) {
      const int32_t sign = r < h / 2 ? 1 : -1;
      window.query[r] = most + sign * 0x7FFF;
      window.keys[r] = -sign * most;
      window.keys[h + r] = sign * most - 1;
    }
    uint32_t second = 0;
    for (uint32_t step = 0; step < 3 * h; ++step) {
      window.ExpectAllChosenListed(1, 2);
      second += window.Chosen(1).front();
      window.keys[step % h] += 1 << 16;
    }
    EXPECT_GE(second, h) << h;
    EXPECT_LT(second, 3 * h) << h;
  }
}

TEST(Shortlist, EqualKeysAreAllOnIt) {
  Window window = {5, std::vector<int32_t>(5, -70000), std::vector<int32_t>(55, 123456)};
  EXPECT_EQ(window.Listed(2, 11).size(), 11u);
  window.query.assign(5, 0);
  EXPECT_EQ(window.Listed(4, 4).size(), 11u);
}

// It would be of no use if it had all of them.
TEST(Shortlist, IsShortForKeysOfUsualMagnitude) {
  Source source(73);
  size_t listed = 0;
  for (int repeat = 0; repeat < 100; ++repeat) {
    Window window;
    window.h = 16;
    for (uint32_t r = 0; r < 16; ++r)
      window.query.push_back(static_cast<int32_t>(source.Below(1 << 27)) - (1 << 26));
    for (uint32_t i = 0; i < 64 * 16; ++i)
      window.keys.push_back(static_cast<int32_t>(source.Below(1 << 27)) - (1 << 26));
    listed += window.Listed(4, 64).size();
  }
  EXPECT_GE(listed, 400u);
  EXPECT_LT(listed, 500u);
}

}  // namespace
}  // namespace atome
