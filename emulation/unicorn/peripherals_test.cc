#include "emulation/unicorn/peripherals.h"

#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

TEST(PeripheralData, OfEveryBoardIsSound) {
  for (const Board& board : Boards()) {
    for (const std::string_view text : board.registers) {
      const auto parsed = ParseRegister(text);
      ASSERT_TRUE(parsed) << board.name << ": " << text;
      EXPECT_EQ(parsed->address >> 29, kPeripheralAddress >> 29) << board.name << ": " << text;
    }
    for (const std::string_view text : board.uarts)
      ASSERT_TRUE(ParseUart(text)) << board.name << ": " << text;
  }
  for (const char* wrong :
       {"", "x", "0x40000001", "0x40000000 33>1", "0x40000000 1", "0x40000000 reset=q", "0x40000000 1>"})
    EXPECT_FALSE(ParseRegister(wrong)) << wrong;
  for (const char* wrong : {"", "0x40000000", "0x40000000 data=0", "0x40000000 data=0 status=4",
                            "0x40000000 data=0 status=4:1 x"})
    EXPECT_FALSE(ParseUart(wrong)) << wrong;
}

TEST(Peripherals, BitsFollowOthers) {
  Peripherals chip(*FindBoard("nucleo-f411re"));
  constexpr uint32_t kRccCr = 0x40023800, kRccCfgr = 0x40023808;
  EXPECT_EQ(chip.Read(kRccCr, 4) & 3, 3u) << "the internal clock is ready";
  EXPECT_TRUE(chip.Has(kRccCr));
  EXPECT_TRUE(chip.Has(kRccCr + 3));
  EXPECT_FALSE(chip.Has(kPeripheralAddress + kPeripheralBytes - 4));
  chip.Write(kRccCr, 4, chip.Read(kRccCr, 4) | 1u << 16);
  EXPECT_EQ(chip.Read(kRccCr, 4) >> 16 & 3, 3u) << "and so is the external one, once it is on";
  EXPECT_EQ(chip.Read(kRccCr + 2, 1), 3u);
  chip.Write(kRccCr + 2, 1, 0);
  EXPECT_EQ(chip.Read(kRccCr, 4) >> 16 & 3, 0u);
  chip.Write(kRccCfgr, 4, 2);
  EXPECT_EQ(chip.Read(kRccCfgr, 4), 0xAu);
  EXPECT_TRUE(chip.unknown().empty());
}

TEST(Peripherals, UartsPrintAndTheRestIsListed) {
  Peripherals chip(*FindBoard("mps2-an385"));
  EXPECT_EQ(chip.Write(0x40004000, 4, 'h'), 'h');
  EXPECT_EQ(chip.Read(0x40004004, 4), 0u) << "room";
  EXPECT_EQ(chip.Write(0x40010000, 4, 7), std::nullopt);
  EXPECT_EQ(chip.Read(0x40010002, 2), 0u);
  EXPECT_EQ(chip.Read(0x40010004, 4), 0u);
  const auto unknown = chip.unknown();
  ASSERT_EQ(unknown.size(), 2u);
  EXPECT_EQ(unknown[0].address, 0x40010000u);
  EXPECT_EQ(unknown[0].reads, 1u);
  EXPECT_EQ(unknown[0].writes, 1u);
}

}  // namespace
}  // namespace atome::emulation
