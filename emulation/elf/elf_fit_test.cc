// Whether an image fits, and where, at the last byte that does and behind it.
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "emulation/elf/elf_image.h"
#include "emulation/elf/image_pieces.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kFlash = 0x08000000, kRam = 0x20000000;

MemoryMap Map() {
  return {
      .memories = {{.name = "flash", .address = kFlash, .bytes = 0x1000, .writable = false, .aliases = {0}},
                   {.name = "SRAM", .address = kRam, .bytes = 0x1000}},
      .program_address = kFlash,
      .vector_address = kFlash,
      .title = "the chip"};
}

struct Part {
  uint32_t address = 0;
  std::string bytes = {};
  uint32_t flags = PF_R | PF_X;
  uint32_t run_address = 0;   // 0: as loaded
  uint32_t memory_bytes = 0;  // 0: as many
};

std::string Words(std::initializer_list<uint32_t> words) {
  std::string bytes;
  for (const uint32_t word : words)
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(word >> shift);
  return bytes;
}

// Parts apart from each other, by address.
std::unique_ptr<ElfImage> Image(const std::vector<Part>& parts) {
  ImagePieces pieces;
  for (const Part& part : parts) EXPECT_EQ(pieces.Add(part.address, part.bytes, 0), "");
  EXPECT_EQ(pieces.Finish("part"), "");
  std::string elf = pieces.Elf(0);
  for (size_t k = 0; k < parts.size(); ++k) {
    char* const at = elf.data() + sizeof(Elf32_Ehdr) + k * sizeof(Elf32_Phdr);
    Elf32_Phdr segment;
    std::memcpy(&segment, at, sizeof segment);
    EXPECT_EQ(segment.p_paddr, parts[k].address);
    segment.p_flags = parts[k].flags;
    if (parts[k].run_address != 0) segment.p_vaddr = parts[k].run_address;
    if (parts[k].memory_bytes != 0) segment.p_memsz = parts[k].memory_bytes;
    std::memcpy(at, &segment, sizeof segment);
  }
  return ReadImage(elf);
}

// A vector table and as much behind it.
std::unique_ptr<ElfImage> Program(uint32_t bytes, uint32_t stack = kRam + 0x1000, uint32_t address = kFlash) {
  std::string all = Words({stack, address + 9});
  all.resize(bytes, '\0');
  return Image({{.address = address, .bytes = all}});
}

TEST(ElfFit, TheLastByteOfFlash) {
  EXPECT_EQ(Program(0x1000)->WhyNotOn(Map()), "");
  EXPECT_THAT(Program(0x1001)->WhyNotOn(Map()),
              HasSubstr("in all 1 bytes are outside the 4096 bytes of flash"));
  EXPECT_EQ(Program(0x1000, kRam + 0x1000, 0)->WhyNotOn(Map()),
            "no vector table: nothing is loaded at 0x08000000");
  EXPECT_THAT(Image({{.address = kFlash, .bytes = "1234567"}})->WhyNotOn(Map()),
              HasSubstr("no vector table"));
  EXPECT_EQ(Image({{.address = kFlash, .bytes = "12345678"}})->WhyNotOn(Map()), "");
}

TEST(ElfFit, TheLastByteOfRam) {
  const auto data = [](uint32_t run, uint32_t memory) {
    return Image({{.address = kFlash, .bytes = Words({kRam + 0x1000, kFlash + 9, 0, 0})},
                  {.address = kFlash + 0x100,
                   .bytes = "data",
                   .flags = PF_R | PF_W,
                   .run_address = run,
                   .memory_bytes = memory}})
        ->WhyNotOn(Map());
  };
  EXPECT_EQ(data(kRam, 0x1000), "");
  EXPECT_THAT(data(kRam, 0x1001),
              HasSubstr("in all 1 bytes are outside the 4096 bytes of SRAM at 0x20000000"));
  EXPECT_EQ(data(kRam + 0xFFC, 4), "");
  EXPECT_THAT(data(kRam + 0xFFD, 4), HasSubstr("segment in memory of 4 bytes at 0x20000ffd"));
  EXPECT_THAT(data(kRam - 1, 4), HasSubstr("in all 1 bytes are outside"));
}

TEST(ElfFit, FindsTheVectorTable) {
  const struct {
    uint32_t address, stack, reset;
    bool found;
  } kRows[] = {
      {kFlash, kRam + 0x1000, kFlash + 9, true},  // at RAM's end, as the top of a stack
      {kFlash, kRam + 0x1004, kFlash + 9, false},
      {kFlash, kRam + 4, kFlash + 9, true},
      {kFlash, kRam, kFlash + 9, false},  // no room below
      {kFlash, kRam + 0x102, kFlash + 9, false},
      {kFlash, kFlash + 0x100, kFlash + 9, false},  // not in RAM
      {kFlash, kRam + 0x800, kFlash + 8, false},    // no Thumb code
      {kFlash, kRam + 0x800, kFlash + 15, true},    // the last halfword
      {kFlash, kRam + 0x800, kFlash + 17, false},   // behind the image
      {kFlash + 0x80, kRam + 0x800, kFlash + 0x89, true},
      {kFlash + 0x40, kRam + 0x800, kFlash + 0x49, false},  // VTOR's alignment
  };
  for (const auto& row : kRows) {
    const auto image = Image({{.address = row.address, .bytes = Words({row.stack, row.reset, 0, 0})}});
    EXPECT_EQ(FindVectors(Map(), *image), row.found ? std::optional(row.address) : std::nullopt)
        << std::hex << row.address << " " << row.stack << " " << row.reset;
  }
  // Behind the boot stage of an RP2040.
  std::string boot(256, 'b');
  boot += Words({kRam + 0x1000, kFlash + 0x109, 0, 0});
  EXPECT_EQ(FindVectors(Map(), *Image({{.address = kFlash, .bytes = boot}})), kFlash + 256);
}

TEST(ElfFit, AnImageIsPlacedWhereItIsLinked) {
  MemoryMap map = Map();
  map.memories[0].image_places = {0x10000000};
  map.memories.push_back({.name = "CCM", .address = 0x10000000, .bytes = 0x400});
  EXPECT_EQ(Placed(map, *Program(16)).program_address, kFlash);
  const MemoryMap alias = Placed(map, *Program(16, kRam + 4, 0));
  EXPECT_EQ(alias.program_address, 0u);
  EXPECT_EQ(alias.vector_address, 0u);
  EXPECT_EQ(alias.memories.size(), 3u);
  const MemoryMap place = Placed(map, *Program(16, kRam + 4, 0x10000000));
  EXPECT_EQ(place.program_address, 0x10000000u);
  ASSERT_EQ(place.memories.size(), 2u) << "what is there gives way";
  EXPECT_EQ(place.memories[1].name, "SRAM");
  EXPECT_TRUE(place.memories[0].aliases.empty());
  EXPECT_EQ(Placed(map, *Program(16, kRam + 4, kFlash + 0xFF0)).program_address, kFlash) << "its last bytes";
  EXPECT_EQ(Placed(map, *Program(16, kRam + 4, 0xFF0)).program_address, 0u);
  EXPECT_EQ(Placed(map, *Program(16, kRam + 4, 0x1000)).program_address, kFlash) << "nowhere: as it was";
}

// Of a program in RAM its code and constants are kept from stores, in full pages up to what it may write.
TEST(ElfFit, CodeInRamIsProtectedByPages) {
  MemoryMap map = Map();
  map.memories[0].writable = true;
  const auto protects = [&map](uint32_t code, uint32_t data_at) {
    std::vector<Part> parts = {{.address = kFlash, .bytes = std::string(code, '\0')}};
    if (data_at != 0) parts.push_back({.address = kFlash + data_at, .bytes = "data", .flags = PF_R | PF_W});
    return Placed(map, *Image(parts)).protected_bytes;
  };
  EXPECT_EQ(protects(0x3FF, 0), 0u);
  EXPECT_EQ(protects(0x400, 0), 0x400u);
  EXPECT_EQ(protects(0x7FF, 0), 0x400u);
  EXPECT_EQ(protects(0x1000, 0), 0x1000u);
  EXPECT_EQ(protects(0x400, 0x800), 0x400u);
  EXPECT_EQ(protects(0x100, 0x200), 0u);
  EXPECT_EQ(protects(0x500, 0x600), 0x400u);
  EXPECT_EQ(Placed(Map(), *Program(0x800)).protected_bytes, 0u) << "flash needs none";
}

TEST(ElfFit, RoomIsMadeForAStack) {
  const auto room = [](uint32_t stack) { return RoomForStack(Map(), *Program(16, stack)); };
  EXPECT_FALSE(room(kRam + 0x1000)) << "it begins at RAM's end";
  EXPECT_FALSE(room(kRam + 4));
  ASSERT_TRUE(room(kRam + 0x1004));
  EXPECT_EQ(room(kRam + 0x1004)->bytes, 0x1400u) << "a page more";
  EXPECT_EQ(room(kRam + 0x1400)->bytes, 0x1400u);
  EXPECT_EQ(room(kRam + 0x1404)->bytes, 0x1800u);
  EXPECT_EQ(room(kRam + 0x1404)->name, "SRAM");
  EXPECT_EQ(room(kRam + 0x1404)->address, kRam);
  EXPECT_FALSE(room(kRam + (64 << 20) + 4)) << "more than a memory may have";
  EXPECT_FALSE(room(0x40000000)) << "where peripherals are";
}

TEST(ElfFit, RoomIsMadeForAnImage) {
  const auto rooms = [](const ElfImage& image) {
    std::string text;
    for (const MemoryOverride& room : RoomFor(Map(), image)) text += TextOf(room) + " ";
    return text;
  };
  EXPECT_EQ(rooms(*Program(0x1000)), "") << "it fits";
  EXPECT_EQ(rooms(*Program(0x1001)), "flash=0x08000000:5K ");
  EXPECT_EQ(rooms(*Program(0x1400)), "flash=0x08000000:5K ");
  EXPECT_EQ(rooms(*Program(0x1401)), "flash=0x08000000:6K ");
  // Linked elsewhere: the program's memory moves, as large as it was at least.
  EXPECT_EQ(rooms(*Program(16, kRam + 0x1000, 0x08004000)), "flash=0x08000000:17K ");
  EXPECT_EQ(rooms(*Program(16, kRam + 0x1000, 0x30000000)), "flash=0x30000000:4K ");
  // A part far from all memories gets one of its own; one near the end of one makes that grow.
  const auto with = [](uint32_t at) {
    return Image({{.address = kFlash, .bytes = Words({kRam + 0x1000, kFlash + 9})},
                  {.address = at, .bytes = "data", .flags = PF_R | PF_W}});
  };
  EXPECT_EQ(rooms(*with(kRam + 0x1000)), "SRAM=0x20000000:5K ");
  EXPECT_EQ(rooms(*with(kRam + 0x1000 + (1 << 20) - 4)), "SRAM=0x20000000:1028K ");
  EXPECT_EQ(rooms(*with(kRam + 0x1000 + (1 << 20))), "more=0x20101000:1K ");
  EXPECT_EQ(rooms(*with(0x60000000)), "more=0x60000000:1K ");
  EXPECT_EQ(rooms(*with(0x40000000)), "") << "peripherals are there";
}

}  // namespace
}  // namespace atome::emulation
