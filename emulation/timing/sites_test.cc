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

// A skipped instruction disappears in the last cycle of a load or store in front of it; what is in front of
// the run is not known.
TEST(Sites, LookAtWhatIsInFront) {
  const auto sites = [](std::vector<uint16_t> code, unsigned it_left) {
    std::set<uint32_t> set;
    for (const Site& site : Sites(*FindTimingCore("m4"), thumb::DecodeRun(kBase, code), it_left))
      set.insert(site.address - kBase);
    return set;
  };
  EXPECT_EQ(sites({0x4611}, 1), std::set<uint32_t>{0}) << "moveq, whose block began before";
  EXPECT_EQ(sites({0x4611}, 0), std::set<uint32_t>{});
  EXPECT_EQ(sites({0xBF08, 0x4611}, 0), std::set<uint32_t>{2}) << "it eq; moveq";
  EXPECT_EQ(sites({0xBF00, 0xBF08, 0x4611}, 0), std::set<uint32_t>{}) << "nop; it eq; moveq";
  EXPECT_EQ(sites({0x6808, 0xBF08, 0x4611}, 0), std::set<uint32_t>{4}) << "ldr; it eq; moveq";
  EXPECT_EQ(sites({0x6008, 0xBF08, 0x4611}, 0), std::set<uint32_t>{4}) << "str; it eq; moveq";
  EXPECT_EQ(sites({0x6808, 0xBF00, 0xBF08, 0x4611}, 0), std::set<uint32_t>{}) << "ldr; nop; it eq; moveq";
  EXPECT_EQ(sites({0xBF00, 0xBF04, 0x4611, 0x4611}, 0), std::set<uint32_t>{}) << "nop; itt eq; moveq; moveq";
  EXPECT_EQ(sites({0xBF00, 0xBF04, 0x6808, 0x4611}, 0), (std::set<uint32_t>{4, 6}))
      << "nop; itt eq; ldreq; moveq";
  EXPECT_EQ(sites({0xBF00, 0xBF08, 0x4770}, 0), std::set<uint32_t>{}) << "bxeq lr: the next block tells";
}

TEST(Sites, SayOfWhatKindTheyAre) {
  // udiv r0, r1, r2; nop; it eq; umlaleq r0, r1, r2, r3
  const uint16_t code[] = {0xFBB1, 0xF0F2, 0xBF00, 0xBF08, 0xFBE2, 0x0103};
  const std::vector<Site> sites = Sites(*FindTimingCore("m3"), thumb::DecodeRun(kBase, code));
  ASSERT_EQ(sites.size(), 2u);
  EXPECT_EQ(sites[0].kind, Site::Kind::kDivide);
  EXPECT_FALSE(sites[0].conditional);
  EXPECT_EQ(sites[1].kind, Site::Kind::kLongMultiply);
  EXPECT_TRUE(sites[1].conditional);
  const std::vector<Site> m4 = Sites(*FindTimingCore("m4"), thumb::DecodeRun(kBase, code));
  ASSERT_EQ(m4.size(), 2u);
  EXPECT_EQ(m4[1].kind, Site::Kind::kConditional);
  EXPECT_TRUE(Sites(*FindTimingCore("m0"), thumb::DecodeRun(kBase, code)).empty());
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
