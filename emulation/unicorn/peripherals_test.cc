#include "emulation/unicorn/peripherals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

// The board's peripherals with a console.
class Chip {
 public:
  explicit Chip(std::string_view board, std::optional<std::string> input = std::nullopt)
      : input_(std::move(input)), board_(*FindBoard(board)) {}
  explicit Chip(const Board& board) : board_(board) {}

  Peripherals* operator->() { return &peripherals_; }
  std::string Printed() { return console_.TakeOutput(); }
  GuestMemory& memory() { return memory_; }

 private:
  std::optional<std::string> input_;
  Board board_;
  GuestMemory memory_{MapOf(*FindCore("m3"))};
  Console console_{kAllConsoles, input_};
  Peripherals peripherals_{board_,
                           true,
                           memory_,
                           console_,
                           {.place_of = [](uint32_t address) { return address / 2; },
                            .ticks = [](uint32_t hz) { return 3 * uint64_t{hz}; }}};
};

// A board with these registers alone.
Board With(std::span<const std::string_view> registers) {
  Board board = *FindBoard("bluepill");
  board.registers.assign(registers.begin(), registers.end());
  board.uarts = {};
  return board;
}

TEST(PeripheralData, OfEveryBoardIsSound) {
  for (const Board& board : Boards()) {
    std::vector<AddressRange> spaces = {{.address = 0x40000000, .bytes = 0x20000000}};
    std::vector<uint32_t> known, needed;
    for (const std::string_view text : board.registers) {
      const auto entry = ParseRegister(text);
      ASSERT_TRUE(entry) << board.name << ": " << text;
      if (entry->space) spaces.push_back(*entry->space);
      for (const PeripheralRegister& each : entry->registers) {
        known.push_back(each.address);
        for (const auto& [address, value] : each.sets) needed.push_back(address);
        for (const auto& follow : each.follows) needed.push_back(follow.address.value_or(each.address));
        if (each.copy) needed.push_back(each.copy->address);
        if (each.select) needed.push_back(each.select->address);
      }
    }
    for (const uint32_t address : known)
      EXPECT_TRUE(std::ranges::any_of(spaces, [=](auto s) { return address - s.address < s.bytes; }))
          << board.name << ": " << std::hex << address;
    for (const uint32_t address : needed)
      EXPECT_NE(std::ranges::find(known, address), known.end()) << board.name << ": " << std::hex << address;
    for (const std::string_view text : board.uarts)
      ASSERT_TRUE(ParseUart(text)) << board.name << ": " << text;
  }
}

TEST(PeripheralData, WrongEntriesAreRefused) {
  for (const char* wrong : {"",
                            "x",
                            "0x40000001",
                            "0x40000000 33>1",
                            "0x40000000 1",
                            "0x40000000 reset=q",
                            "0x40000000 1>",
                            "0x40000000*0",
                            "0x40000000*99999",
                            "0xFFFFFFFC*2",
                            "0x40000000 reset=",
                            "0x40000000 0x40000002.1>1",
                            "0x40000000 0x40000004.32>1",
                            "0x40000000 is=0x40000004",
                            "0x40000000 is=0x40000003&1",
                            "0x40000000 select=0x40000004.5-1",
                            "0x40000000 select=0x40000004.0-31",
                            "0x40000000 select=0x40000004",
                            "0x40000000 sets=0x40000004",
                            "0x40000000 sets=0x40000001:1",
                            "0x40000000  0>1",
                            "0x40000000 ticks=0",
                            "aliases 0x40000000",
                            "aliases 0x40000000 0",
                            "space 0x10 0x1000",
                            "space 0xFFFFF000 0x2000",
                            "space 0x1000 0x1000 x"})
    EXPECT_FALSE(ParseRegister(wrong)) << wrong;
  for (const char* wrong : {"", "0x40000000", "0x40000000 teletype", "0x40000001 cmsdk", "0x40000000 cmsdk x",
                            "0x40000000 send=1", "0x40000000 send=4 room=4", "0x40000000 send=4 room=4.32",
                            "0x40000000 send=4 0x00.1>2", "0x40000000 send=4 bytes=0", "0x40000000 room=4.1",
                            "0x40000000 send=4 reset=4"})
    EXPECT_FALSE(ParseUart(wrong)) << wrong;
  EXPECT_TRUE(ParseUart("0x40000000 send=4"));
}

TEST(Peripherals, BitsFollowOthers) {
  Chip chip("nucleo-f411re");
  constexpr uint32_t kRccCr = 0x40023800, kRccCfgr = 0x40023808;
  EXPECT_EQ(chip->Read(kRccCr, 4) & 3, 3u) << "the internal clock is ready";
  EXPECT_TRUE(chip->Has(kRccCr));
  EXPECT_TRUE(chip->Has(kRccCr + 3));
  EXPECT_FALSE(chip->Has(0x5FFFFFFC));
  EXPECT_TRUE(chip->Write(kRccCr, 4, chip->Read(kRccCr, 4) | 1u << 16));
  EXPECT_EQ(chip->Read(kRccCr, 4) >> 16 & 3, 3u) << "and so is the external one, once it is on";
  EXPECT_EQ(chip->Read(kRccCr + 2, 1), 3u);
  EXPECT_TRUE(chip->Write(kRccCr + 2, 1, 0));
  EXPECT_EQ(chip->Read(kRccCr, 4) >> 16 & 3, 0u);
  EXPECT_TRUE(chip->Write(kRccCfgr, 4, 2));
  EXPECT_EQ(chip->Read(kRccCfgr, 4), 0xAu);
  EXPECT_TRUE(chip->unknown().empty());
}

TEST(Peripherals, BitsHaveAliases) {
  Chip chip("bluepill");
  constexpr uint32_t kRccCrOn = 0x42000000 + 0x21000 * 32 + 24 * 4;  // RCC_CR.PLLON
  EXPECT_TRUE(chip->Has(kRccCrOn));
  EXPECT_EQ(chip->Read(kRccCrOn + 4, 4), 0u);
  EXPECT_TRUE(chip->Write(kRccCrOn, 4, 0xFF));
  EXPECT_EQ(chip->Read(0x40021000, 4), 0x03000083u) << "that bit alone, and the one that follows it";
  EXPECT_EQ(chip->Read(kRccCrOn + 4, 4), 1u);
  EXPECT_TRUE(chip->Write(kRccCrOn, 1, 0xFE));
  EXPECT_EQ(chip->Read(0x40021000, 4), 0x83u);
  EXPECT_EQ(chip->Read(0x42000000 + 0x10000 * 32, 4), 0u);
  ASSERT_EQ(chip->unknown().size(), 1u);
  EXPECT_EQ(chip->unknown()[0].address, 0x40010000u) << "the word itself";
}

TEST(Peripherals, RegistersAreAsDescribed) {
  const std::string_view registers[] = {"0x40000000 reset=0xF0 write=0x0F clear=0xF0",
                                        "0x40000004 ~0>1 0x40000000.0>4 ~0x40000000.4>5",
                                        "0x40000008 is=~0x40000000&0xFF",
                                        "0x4000000C select=0x40000004.8-10",
                                        "0x40000010 write=0 sets=0x40000014:7",
                                        "0x40000014",
                                        "0x40000018 ticks=1000",
                                        "0x40000020*2 claim",
                                        "0x40004000 write=0xFFFF",
                                        "aliases 0x40004000 0x4000"};
  const Board board = With(registers);
  Chip chip(board);
  const auto write = [&](uint32_t address, uint32_t value) { EXPECT_TRUE(chip->Write(address, 4, value)); };
  write(0x40000000, 0x35);
  EXPECT_EQ(chip->Read(0x40000000, 4), 0xC5u) << "two are cleared, the low ones written";
  EXPECT_EQ(chip->Read(0x40000004, 4), 0x32u);
  EXPECT_EQ(chip->Read(0x40000008, 4), 0x3Au);
  EXPECT_EQ(chip->Read(0x4000000C, 4), 1u);
  write(0x40000004, 0x501);
  EXPECT_EQ(chip->Read(0x40000004, 4), 0x531u);
  EXPECT_EQ(chip->Read(0x4000000C, 4), 1u << 5);
  write(0x40000010, 0);
  EXPECT_EQ(chip->Read(0x40000014, 4), 0u);
  write(0x40000010, 2);
  EXPECT_EQ(chip->Read(0x40000014, 4), 7u);
  EXPECT_EQ(chip->Read(0x40000010, 4), 0u);
  write(0x40000018, 1);
  EXPECT_EQ(chip->Read(0x40000018, 4), 3000u);
  EXPECT_EQ(chip->Read(0x40000024, 4), 2u) << "the second of the row";
  EXPECT_EQ(chip->Read(0x40000024, 4), 0u) << "taken";
  EXPECT_EQ(chip->Read(0x40000020, 4), 1u);
  write(0x40000024, 0);
  EXPECT_EQ(chip->Read(0x40000024, 4), 2u);
  write(0x40006000, 0x1FFFF);
  EXPECT_EQ(chip->Read(0x40004000, 4), 0xFFFFu) << "set";
  write(0x40004000, 0x11);
  write(0x40006000, 0x22);
  EXPECT_TRUE(chip->Write(0x40006001, 1, 0x44));
  EXPECT_EQ(chip->Read(0x40004000, 4), 0x4433u) << "beside those that were";
  write(0x40006000, 0xFFFF);
  write(0x40007000, 0xF0);
  EXPECT_EQ(chip->Read(0x40007000, 4), 0xFF0Fu) << "cleared, and read through the alias";
  write(0x40005000, 0xFF);
  EXPECT_EQ(chip->Read(0x40004000, 4), 0xFFF0u) << "flipped";
  EXPECT_EQ(chip->Read(0x40006008, 4), 0u);
  ASSERT_EQ(chip->unknown().size(), 1u);
  EXPECT_EQ(chip->unknown()[0].address, 0x40004008u) << "not the alias";
}

TEST(Peripherals, UartsPrintAndTheRestIsListed) {
  Chip chip("mps2-an385", "in");
  EXPECT_EQ(chip->Read(0x40004004, 4), 0u) << "room, and nothing received while the receiver is off";
  EXPECT_TRUE(chip->Write(0x40004008, 4, 3));
  EXPECT_TRUE(chip->Write(0x40004000, 4, 'h'));
  EXPECT_EQ(chip.Printed(), "h");
  EXPECT_EQ(chip->Read(0x40004004, 4), 2u);
  EXPECT_EQ(chip->Read(0x40004000, 4), uint32_t{'i'});
  EXPECT_EQ(chip->Read(0x40004000, 1), uint32_t{'n'});
  EXPECT_EQ(chip->Read(0x40004004, 4), 0u);
  EXPECT_EQ(chip->Read(0x40004000, 4), 0u);
  EXPECT_THAT(chip->notes(), ::testing::IsEmpty());
  EXPECT_TRUE(chip->Write(0x40004008, 4, 0xB));
  EXPECT_THAT(chip->notes(), ::testing::ElementsAre(::testing::HasSubstr("interrupt")));
  EXPECT_TRUE(chip->Write(0x40010000, 4, 7));
  EXPECT_EQ(chip->Read(0x40010002, 2), 0u);
  EXPECT_EQ(chip->Read(0x40010004, 4), 0u);
  const auto unknown = chip->unknown();
  ASSERT_EQ(unknown.size(), 2u);
  EXPECT_EQ(unknown[0].address, 0x40010000u);
  EXPECT_EQ(unknown[0].reads, 1u);
  EXPECT_EQ(unknown[0].writes, 1u);
  EXPECT_EQ(unknown[0].first_place, 0x40010000u / 2);
}

TEST(Peripherals, FlagsOfASentByteAreCleared) {
  Chip old_layout("bluepill"), new_layout("nucleo-f091rc");
  EXPECT_EQ(old_layout->Read(0x40004400, 4), 0xC0u);
  EXPECT_TRUE(old_layout->Write(0x40004400, 4, ~0x40u));
  EXPECT_EQ(old_layout->Read(0x40004400, 4) & 0xC0, 0x80u) << "TC is cleared by a 0";
  EXPECT_TRUE(old_layout->Write(0x40004400, 4, ~0u));
  EXPECT_EQ(old_layout->Read(0x40004400, 4) & 0xC0, 0x80u) << "and not set by a 1";
  EXPECT_TRUE(old_layout->Write(0x40004404, 2, 'a'));
  EXPECT_EQ(old_layout->Read(0x40004400, 4) & 0xC0, 0xC0u);
  EXPECT_TRUE(new_layout->Write(0x40004400, 4, 0xD));
  EXPECT_EQ(new_layout->Read(0x4000441C, 4), 0x6000C0u);
  EXPECT_TRUE(new_layout->Write(0x40004420, 4, 0x40));
  EXPECT_EQ(new_layout->Read(0x4000441C, 4), 0x600080u);
  EXPECT_TRUE(new_layout->Write(0x40004428, 1, 'b'));
  EXPECT_EQ(new_layout->Read(0x4000441C, 4), 0x6000C0u);
  EXPECT_EQ(new_layout.Printed(), "b");
}

TEST(Peripherals, DmaTrustsNoPointer) {
  Chip chip("nrf52840", "input");
  constexpr uint32_t kUart = 0x40002000;
  const auto write = [&](uint32_t offset, uint32_t value) {
    EXPECT_TRUE(chip->Write(kUart + offset, 4, value));
  };
  write(0x500, 8);
  for (const uint32_t pointer :
       {0u, 0xFFFFFFFFu, 0x90000000u, kRamAddress + chip.memory().map().ram().bytes - 2}) {
    for (const uint32_t base : {0x534u, 0x544u}) {
      write(base, pointer);
      write(base + 4, 0xFFFFFFFF);
    }
    write(0x008, 1);
    write(0x000, 1);
  }
  EXPECT_EQ(chip.Printed(), "");
  EXPECT_EQ(chip->Read(kUart + 0x110, 4), 0u) << "nothing was received";
  EXPECT_THAT(chip->notes(), ::testing::ElementsAre(::testing::HasSubstr("outside RAM")));
}

// nRF52840 Product Specification, UARTE: EVENTS_TXDRDY, ENDTX and TXSTARTED, and TXD.AMOUNT.
TEST(Peripherals, DmaTellsThatItHasSent) {
  Chip chip("nrf52840");
  constexpr uint32_t kUart = 0x40002000;
  uint8_t* const text = chip.memory().Writable(kRamAddress, 2);
  text[0] = 'o', text[1] = 'k';
  for (const auto& [offset, value] :
       {std::pair{0x500u, 8u}, {0x544u, kRamAddress}, {0x548u, 0u}, {0x008u, 1u}})
    EXPECT_TRUE(chip->Write(kUart + offset, 4, value));
  EXPECT_EQ(chip->Read(kUart + 0x11C, 4), 0u) << "nothing was to be sent";
  EXPECT_EQ(chip->Read(kUart + 0x120, 4), 1u);
  EXPECT_TRUE(chip->Write(kUart + 0x548, 4, 2));
  EXPECT_TRUE(chip->Write(kUart + 0x008, 4, 1));
  EXPECT_EQ(chip.Printed(), "ok");
  for (const uint32_t event : {0x11Cu, 0x120u, 0x150u}) EXPECT_EQ(chip->Read(kUart + event, 4), 1u);
  EXPECT_EQ(chip->Read(kUart + 0x54C, 4), 2u);
  EXPECT_THAT(chip->notes(), ::testing::IsEmpty());
}

TEST(Peripherals, ABufferThatCannotReceiveIsTold) {
  Chip chip("nrf52840", "input");
  constexpr uint32_t kUart = 0x40002000;
  EXPECT_TRUE(chip->Write(kUart + 0x500, 4, 8));
  EXPECT_TRUE(chip->Write(kUart + 0x000, 4, 1));
  EXPECT_THAT(chip->notes(), ::testing::IsEmpty()) << "no byte of it";
  EXPECT_TRUE(chip->Write(kUart + 0x538, 4, 1));
  EXPECT_TRUE(chip->Write(kUart + 0x000, 4, 1));
  EXPECT_THAT(chip->notes(), ::testing::ElementsAre(::testing::HasSubstr("outside RAM")));
}

}  // namespace
}  // namespace atome::emulation
