// Images whose segments lie on each other, as no linker makes them.
#include <elf.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "emulation/boards/core.h"
#include "emulation/elf/arm_header.h"
#include "emulation/elf/elf_image.h"
#include "emulation/machine/guest_memory.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

struct Piece {
  uint32_t address;
  std::string bytes;
};

std::string ElfOf(const std::vector<Piece>& pieces) {
  const Elf32_Ehdr header = ArmHeader(0, pieces.size());
  std::string text(reinterpret_cast<const char*>(&header), sizeof header), data;
  const size_t begin = sizeof header + pieces.size() * sizeof(Elf32_Phdr);
  for (const Piece& piece : pieces) {
    const auto bytes = static_cast<Elf32_Word>(piece.bytes.size());
    const Elf32_Phdr segment{.p_type = PT_LOAD,
                             .p_offset = static_cast<Elf32_Off>(begin + data.size()),
                             .p_vaddr = piece.address,
                             .p_paddr = piece.address,
                             .p_filesz = bytes,
                             .p_memsz = bytes,
                             .p_flags = PF_R | PF_W,
                             .p_align = 4};
    text.append(reinterpret_cast<const char*>(&segment), sizeof segment);
    data += piece.bytes;
  }
  return text + data;
}

TEST(OverlappingSegments, OfSegmentsThatOverlapTheLastCounts) {
  std::mt19937 random(1);
  const uint32_t ram = FindCore("m3")->ram_address;
  for (int round = 0; round < 100; ++round) {
    std::vector<Piece> pieces;
    std::string painted(64, '\0');
    for (int k = 0; k < 12; ++k) {
      const uint32_t begin = random() % 50, bytes = 1 + random() % 14;
      pieces.push_back({ram + begin, std::string(bytes, static_cast<char>('a' + k))});
      painted.replace(begin, bytes, pieces.back().bytes);
    }
    const std::string elf = ElfOf(pieces);
    const auto image = ReadImage(elf);
    ASSERT_NE(image, nullptr);
    GuestMemory memory(MapOf(*FindCore("m3")));
    memory.Load(*image);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(memory.Readable(ram, 64)), 64), painted);
    // Of the file itself the first that has the halfword is asked.
    for (uint32_t at = 0; at < 63; ++at) {
      std::optional<uint16_t> first;
      for (const Piece& piece : pieces) {
        const uint32_t offset = ram + at - piece.address;
        if (ram + at < piece.address || offset + 2 > piece.bytes.size() || first) continue;
        first = static_cast<uint16_t>(piece.bytes[offset] | piece.bytes[offset + 1] << 8);
      }
      EXPECT_EQ(image->HalfwordAt(ram + at), first) << at;
    }
  }
}

TEST(OverlappingSegments, AnAliasHasTheBytesOfTheLast) {
  const MemoryMap map = {
      .memories =
          {{.name = "flash", .address = 0, .bytes = 0x1000, .writable = false, .aliases = {0x08000000}},
           {.name = "RAM", .address = 0x20000000, .bytes = 0x1000, .writable = true}},
      .program_address = 0,
      .vector_address = 0,
      .title = "two"};
  const std::string elf = ElfOf({{0x08000000, "aaaa"}, {0, "bb"}, {0x08000001, "c"}});
  const auto image = ReadImage(elf);
  ASSERT_NE(image, nullptr);
  GuestMemory memory(map);
  memory.Load(*image);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(memory.Readable(0, 4)), 4), "bcaa");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(memory.Readable(0x08000000, 4)), 4), "bcaa");
}

TEST(OverlappingSegments, ThousandsOfSegmentsAtOnePlaceLoadAtOnce) {
  // 60 GB if each were copied.
  std::string elf = ElfOf(std::vector<Piece>(60'000, {FindCore("m3")->ram_address, ""}));
  const uint32_t begin = static_cast<uint32_t>(elf.size());
  elf.append(1 << 20, 'x');
  for (size_t k = 0; k < 60'000; ++k) {
    auto* const segment = reinterpret_cast<Elf32_Phdr*>(elf.data() + sizeof(Elf32_Ehdr)) + k;
    segment->p_offset = begin;
    segment->p_filesz = segment->p_memsz = 1 << 20;
  }
  const auto start = std::chrono::steady_clock::now();
  const auto image = ReadImage(elf);
  ASSERT_NE(image, nullptr);
  GuestMemory memory(MapOf(*FindCore("m3")));
  memory.Load(*image);
  FindVectors(MapOf(*FindCore("m3")), *image);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_EQ(memory.Readable(FindCore("m3")->ram_address, 1)[0], 'x');
}

}  // namespace
}  // namespace atome::emulation
