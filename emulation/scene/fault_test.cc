#include "emulation/scene/fault.h"

#include <gtest/gtest.h>

#include <set>

#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

class FaultTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ATOME_REQUIRE_GUESTS();
    image_ = GuestImage("hello");
    ASSERT_NE(image_, nullptr);
  }
  std::string CauseOf(FaultKind kind, std::optional<uint32_t> address, const char* core = "m3") {
    return Explain({.kind = kind, .pc = 0x40, .address = address}, *FindCore(core), MapOf(*FindCore(core)),
                   *image_)
        .cause;
  }
  std::unique_ptr<ElfImage> image_;
};

TEST_F(FaultTest, EveryKindHasItsOwnNameAndACause) {
  std::set<std::string> kinds;
  for (int kind = 0; kind <= static_cast<int>(FaultKind::kUnknown); ++kind) {
    const Fault fault = Explain({.kind = static_cast<FaultKind>(kind), .pc = 0x40}, *FindCore("m3"),
                                MapOf(*FindCore("m3")), *image_);
    EXPECT_TRUE(kinds.insert(fault.kind).second) << fault.kind;
    EXPECT_FALSE(fault.cause.empty()) << fault.kind;
    EXPECT_EQ(fault.symbol, "reset+0x0 (hello.S:4)");
    EXPECT_EQ(OneLine(fault), fault.kind + " at " + fault.symbol + ": " + fault.cause);
  }
}

TEST_F(FaultTest, HintsAtTheLikelyMistake) {
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(CauseOf(FaultKind::kUnmappedWrite, 0x1FFFFFFC), "overflowed"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kUnmappedRead, 0x1FF80000), "overflowed"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kFlashWrite, 8), "null pointer"));
  EXPECT_FALSE(has(CauseOf(FaultKind::kFlashWrite, 0x8000), "null pointer"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kUnmappedWrite, 0x20400000), "past the end"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kUnmappedRead, 0x40001000), "peripheral"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kArmState, 0), "null pointer"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kArmState, 0x100), "bit 0 clear"));
  EXPECT_TRUE(
      has(CauseOf(FaultKind::kRamFetch, 0x20000100), "in RAM, where the ELF has no executable segment"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kUnmappedFetch, 0x30000000), "0x30000000, where no memory is"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kUnmappedFetch, 0xE000ED00), "private peripheral bus"));
  EXPECT_FALSE(has(CauseOf(FaultKind::kUnmappedFetch, 0xE0100000), "private peripheral bus"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kUnmappedFetch, 0xFFFFFFF8), "return from an exception"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kUnmappedFetch, 0xFFFFFF80), "return from an exception"));
  EXPECT_FALSE(has(CauseOf(FaultKind::kUnmappedFetch, 0xFFFFFF7E), "return from an exception"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kUnaligned, 0x20000001, "m0"), "every misaligned"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kUnaligned, std::nullopt), "LDRD"));
  EXPECT_TRUE(has(CauseOf(FaultKind::kNoFpu, std::nullopt, "m4"), "Cortex-M4"));
}

}  // namespace
}  // namespace atome::emulation
