// The edges of a guest's memory: what lies just inside and just outside of it.
#include "emulation/machine/guest_memory.h"

#include <gtest/gtest.h>

#include <string>

namespace atome::emulation {
namespace {

using timing::DataMemory;

// Flash with an alias, two RAMs without a gap and one behind a gap, whose second half no map has.
MemoryMap Map() {
  return {.memories =
              {{.name = "flash", .address = 0x08000000, .bytes = 0x1000, .writable = false, .aliases = {0}},
               {.name = "SRAM1", .address = 0x20000000, .bytes = 0x800},
               {.name = "SRAM2", .address = 0x20000800, .bytes = 0x400, .second_bank = true},
               {.name = "CCM", .address = 0x10000000, .bytes = 0x400, .executable = false}},
          .program_address = 0x08000000,
          .vector_address = 0x08000000,
          .title = {}};
}

TEST(GuestMemory, EndsWhereItsMemoriesEnd) {
  GuestMemory memory(Map());
  const struct {
    uint32_t address, bytes;
    bool readable, writable;
  } kRows[] = {
      {0x08000000, 0x1000, true, false},
      {0x08000000, 0x1001, false, false},
      {0x08000FFF, 1, true, false},
      {0x08000FFF, 2, false, false},
      {0x08001000, 1, false, false},
      {0x07FFFFFF, 2, false, false},
      {0, 0x1000, true, false},
      {0xFFC, 4, true, false},
      {0xFFD, 4, false, false},
      {0x20000000, 0xC00, true, true},
      {0x20000000, 0xC01, false, false},
      {0x200007FF, 2, true, true},
      {0x20000BFF, 1, true, true},
      {0x20000BFF, 2, false, false},
      {0x20000C00, 1, false, false},
      {0x20000C00, 0, false, false},
      {0x1FFFFFFF, 1, false, false},
      {0x20000000, 0, true, true},
      {0x10000000, 0x400, true, true},
      {0x10000000, 0x401, false, false},
      {0x20000004, 0xFFFFFFFF, false, false},
      {0xFFFFFFFF, 1, false, false},
      {0x20000000, 0xFFFFFFFF, false, false},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(memory.Readable(row.address, row.bytes) != nullptr, row.readable)
        << std::hex << row.address << " " << row.bytes;
    EXPECT_EQ(memory.Writable(row.address, row.bytes) != nullptr, row.writable)
        << std::hex << row.address << " " << row.bytes;
  }
}

TEST(GuestMemory, AnAliasHasTheSameBytes) {
  GuestMemory memory(Map());
  EXPECT_EQ(memory.Readable(0x10, 1), memory.Readable(0x08000010, 1));
  EXPECT_EQ(memory.Readable(0x20000800, 1), memory.Readable(0x20000000, 1) + 0x800);
}

TEST(GuestMemory, ReadsAndWritesWordsUpToTheEnd) {
  GuestMemory memory(Map());
  EXPECT_TRUE(memory.SetWord(0x20000BFC, 0x44332211));
  EXPECT_FALSE(memory.SetWord(0x20000BFD, 0));
  EXPECT_FALSE(memory.SetWord(0x08000000, 1)) << "flash";
  EXPECT_EQ(memory.Word(0x20000BFC), 0x44332211u);
  EXPECT_EQ(memory.Word(0x20000BFD), std::nullopt);
  EXPECT_EQ(memory.Halfword(0x20000BFE), 0x4433);
  EXPECT_EQ(memory.Halfword(0x20000BFF), std::nullopt);
  EXPECT_EQ(memory.Word(0x200007FE), 0u) << "across two memories";
}

TEST(GuestMemory, TextEndsWithinAMemory) {
  GuestMemory memory(Map());
  uint8_t* const end = memory.Writable(0x20000BFC, 4);
  end[0] = 'a', end[1] = 'b', end[2] = 'c', end[3] = 0;
  EXPECT_EQ(memory.Text(0x20000BFC), "abc");
  EXPECT_EQ(memory.Text(0x20000BFF), "");
  end[3] = 'd';
  EXPECT_EQ(memory.Text(0x20000BFC), std::nullopt) << "no end";
  EXPECT_EQ(memory.Text(0x20000C00), std::nullopt);
  uint8_t* const seam = memory.Writable(0x200007FE, 4);
  seam[0] = 'x', seam[1] = 'y', seam[2] = 'z', seam[3] = 0;
  EXPECT_EQ(memory.Text(0x200007FE), "xyz") << "across two memories";
}

TEST(GuestMemory, ProtectsTheFrontOfAProgramInRam) {
  MemoryMap map = Map();
  map.memories[0].writable = true;
  map.protected_bytes = 0x400;
  GuestMemory memory(map);
  EXPECT_EQ(memory.Writable(0x080003FF, 1), nullptr);
  EXPECT_NE(memory.Writable(0x08000400, 0xC00), nullptr);
  EXPECT_EQ(memory.Writable(0x08000400, 0xC01), nullptr);
  EXPECT_NE(memory.Readable(0x08000000, 0x1000), nullptr);
  EXPECT_TRUE(memory.IsFixed(0x080003FF));
  EXPECT_FALSE(memory.IsFixed(0x08000400));
  EXPECT_FALSE(memory.IsFixed(0x20000000));
  EXPECT_FALSE(memory.IsFixed(0x30000000)) << "nothing is there";
  EXPECT_TRUE(GuestMemory(Map()).IsFixed(0x08000FFF));
  EXPECT_TRUE(GuestMemory(Map()).IsFixed(0xFFF)) << "the alias";
}

TEST(GuestMemory, KnowsTheProgramsMemory) {
  GuestMemory memory(Map());
  EXPECT_TRUE(memory.InProgram(0x08000000));
  EXPECT_TRUE(memory.InProgram(0x08000FFF));
  EXPECT_FALSE(memory.InProgram(0x08001000));
  EXPECT_FALSE(memory.InProgram(0x07FFFFFF));
  EXPECT_FALSE(memory.InProgram(0)) << "the image is not linked for the alias";
}

// The bus of an access decides which others it overlaps; and whether it takes the fetch's memory.
TEST(GuestMemory, TellsTheBusOfAnAccess) {
  GuestMemory memory(Map());
  const uint32_t flash = 0x08000100, ram = 0x20000100, second = 0x20000900;
  const struct {
    uint32_t address, code;
    DataMemory memory;
  } kRows[] = {
      {0x08000FFF, flash, DataMemory::kCodeMemory},     {0x10, flash, DataMemory::kCodeMemory},
      {0x08001000, flash, DataMemory::kCodeBus},        {0x10000000, flash, DataMemory::kCodeBus},
      {0x1FFFFFFF, flash, DataMemory::kCodeBus},        {0x20000000, flash, DataMemory::kSystemBus},
      {0x200007FF, flash, DataMemory::kSystemBus},      {0x20000800, flash, DataMemory::kSecondBank},
      {0x20000BFF, flash, DataMemory::kSecondBank},     {0x20000C00, flash, DataMemory::kSystemBus},
      {0xDFFFFFFF, flash, DataMemory::kSystemBus},      {0xE0000000, flash, DataMemory::kPrivate},
      {0xFFFFFFFF, flash, DataMemory::kPrivate},        {0x20000000, ram, DataMemory::kCodeMemory},
      {0x20000800, ram, DataMemory::kSecondBank},       {0x20000800, second, DataMemory::kCodeMemory},
      {0x20000000, second, DataMemory::kSystemBus},     {0x08000000, ram, DataMemory::kCodeBus},
      {0x30000000, 0x30000000, DataMemory::kSystemBus},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(memory.DataMemoryAt(row.address, row.code), row.memory)
        << std::hex << row.address << " from " << row.code;
}

TEST(GuestMemory, RegionsAreWhatAnEmulatorMaps) {
  MemoryMap map = Map();
  map.memories[0].writable = true;
  map.protected_bytes = 0x400;
  const GuestMemory memory(map);
  const struct {
    uint32_t address, bytes;
    bool writable, executable, program;
  } kRows[] = {{0x08000000, 0x400, false, true, true},
               {0x08000400, 0xC00, true, true, true},
               {0x10000000, 0x400, true, false, false},
               {0x20000000, 0xC00, true, true, false},
               {0, 0x1000, true, true, true}};
  ASSERT_EQ(memory.regions().size(), std::size(kRows));
  for (size_t k = 0; k < std::size(kRows); ++k) {
    const GuestMemory::Region& region = memory.regions()[k];
    EXPECT_EQ(region.address, kRows[k].address);
    EXPECT_EQ(region.bytes, kRows[k].bytes) << std::hex << region.address;
    EXPECT_EQ(region.writable, kRows[k].writable) << std::hex << region.address;
    EXPECT_EQ(region.executable, kRows[k].executable) << std::hex << region.address;
    EXPECT_EQ(region.program, kRows[k].program) << std::hex << region.address;
    EXPECT_EQ(region.data, memory.Readable(region.address, 1));
    EXPECT_FALSE(region.Has(region.address - 1));
    EXPECT_TRUE(region.Has(region.address + region.bytes - 1));
    EXPECT_FALSE(region.Has(region.address + region.bytes));
  }
}

}  // namespace
}  // namespace atome::emulation
