#include "emulation/timing/sites.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "emulation/thumb/decode.h"

namespace atome::timing {
namespace {

constexpr uint32_t kBase = 0x1000;

// An instruction in an IT block that gives the next one its address, with another IT between the two.
TEST(Sites, AnItDoesNotHideWhatFeedsAnAddress) {
  const auto sites = [](std::vector<uint16_t> code) {
    std::set<uint32_t> set;
    for (const Site& site : Sites(*FindTimingCore("m4"), thumb::DecodeRun(kBase, code)))
      set.insert(site.address - kBase);
    return set;
  };
  // nop; it eq; addeq r3, r2; then
  const std::vector<uint16_t> head = {0xBF00, 0xBF08, 0x189B};
  const auto with = [&head](std::vector<uint16_t> tail) {
    tail.insert(tail.begin(), head.begin(), head.end());
    return tail;
  };
  EXPECT_EQ(sites(with({0x681C})), (std::set<uint32_t>{4})) << "ldr r4, [r3]";
  EXPECT_EQ(sites(with({0xBF18, 0x681C})), (std::set<uint32_t>{4, 8})) << "it ne; ldrne r4, [r3]";
  EXPECT_EQ(sites(with({0x6814})), std::set<uint32_t>{}) << "ldr r4, [r2]";
  EXPECT_EQ(sites(with({0xBF00, 0x681C})), std::set<uint32_t>{}) << "nop; ldr r4, [r3]";
  EXPECT_EQ(sites(with({})), std::set<uint32_t>{});
}

TEST(Sites, AreWhereDataDecide) {
  // it eq; ldreq r0, [r1]; it eq; moveq r0, r1; udiv r0, r1, r2; umull r0, r1, r2, r3; it eq; moveq r1, r2;
  // ldr r0, [r1]
  const uint16_t code[] = {0xBF08, 0x6808, 0xBF08, 0x4608, 0xFBB1, 0xF0F2,
                           0xFBA2, 0x0103, 0xBF08, 0x4611, 0x6808};
  const auto addresses = [&code](const char* core) {
    std::set<uint32_t> set;
    for (const Site& site : Sites(*FindTimingCore(core), thumb::DecodeRun(kBase, code)))
      set.insert(site.address - kBase);
    return set;
  };
  EXPECT_EQ(addresses("m3"), (std::set<uint32_t>{2, 6, 8, 12, 18}))
      << "6 follows a load, in whose last cycle a skipped one disappears";
  EXPECT_EQ(addresses("m4"), (std::set<uint32_t>{2, 6, 8, 18}));
  const std::vector<Site> sites = Sites(*FindTimingCore("m3"), thumb::DecodeRun(kBase, code));
  EXPECT_EQ(sites[2].first, 1);
  EXPECT_EQ(sites[2].second, 2);
  EXPECT_EQ(sites[3].first, 2);
  EXPECT_EQ(sites[3].second, 3);
}

}  // namespace
}  // namespace atome::timing
