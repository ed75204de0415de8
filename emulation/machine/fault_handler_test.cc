#include "emulation/machine/fault_handler.h"

#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

// Halfwords at 0x100: B to itself, NOP, the same B wide (at an address that is no multiple of 4), NOP.
std::optional<uint32_t> Word(uint32_t address) {
  constexpr uint32_t kWords[] = {0xBF00E7FE, 0xBF00BF00, 0xF7FFBF00, 0xBF00BFFE};
  const uint32_t index = (address - 0x100) / 4;
  return address >= 0x100 && index < 4 ? std::optional(kWords[index]) : std::nullopt;
}

TEST(FaultHandler, IsCodeThatDoesMoreThanLoop) {
  constexpr uint32_t kReset = 0x108;
  EXPECT_TRUE(HandlesFaults(0x103, kReset, Word));
  EXPECT_FALSE(HandlesFaults(0x101, kReset, Word)) << "branches to itself";
  EXPECT_FALSE(HandlesFaults(0x10B, kReset, Word)) << "likewise, wide";
  EXPECT_FALSE(HandlesFaults(0x109, kReset, Word)) << "starts the program again";
  EXPECT_FALSE(HandlesFaults(0x102, kReset, Word)) << "even";
  EXPECT_FALSE(HandlesFaults(0, kReset, Word));
  EXPECT_FALSE(HandlesFaults(0x111, kReset, Word)) << "no memory";
  EXPECT_TRUE(BranchesToItself(0x100, Word));
  EXPECT_TRUE(BranchesToItself(0x10A, Word));
  EXPECT_FALSE(BranchesToItself(0x102, Word));
}

}  // namespace
}  // namespace atome::emulation
