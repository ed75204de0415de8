#include "emulation/elf/elf_image.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstring>
#include <functional>
#include <memory>
#include <random>

#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string ErrorOf(const std::string& bytes) {
  std::string error;
  EXPECT_EQ(ElfImage::Read(bytes, "some.elf", error), nullptr);
  EXPECT_THAT(error, StartsWith("some.elf: "));
  return error;
}

// What a run does with an image, so that a damaged one meets every reader.
void Use(const std::string& bytes) {
  std::string error;
  const auto image = ElfImage::Read(bytes, "damaged.elf", error);
  if (image == nullptr) {
    EXPECT_THAT(error, StartsWith("damaged.elf: "));
    return;
  }
  image->WhyNotOn(*FindCore("m0"));
  image->WhyNotOn({.memories = {{.name = "flash", .address = 0xFFFFF000, .bytes = 0x1000},
                                {.name = "RAM", .address = 0xFFFFFFFF, .bytes = 0xFFFFFFFF}},
                   .program_address = 0xFFFFF000,
                   .vector_address = 0xFFFFFFFC,
                   .title = ""});
  image->FindSymbol("atome_mark");
  image->Sections();
  image->SizedSymbols();
  for (const uint32_t address : {0x0u, 0x40u, 0x46u, 0x100u, 0x400u, 0x20000000u, 0xFFFFFFFFu}) {
    image->Symbolise(address);
    image->WordAt(address);
  }
}

class ElfImageTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ATOME_REQUIRE_GUESTS();
    elf_ = GuestElf("work_m3");
    ASSERT_GT(elf_.size(), sizeof(Elf32_Ehdr));
  }
  template <typename Header>
  void Change(size_t offset, const std::function<void(Header&)>& change) {
    Header header;
    std::memcpy(&header, elf_.data() + offset, sizeof header);
    change(header);
    std::memcpy(elf_.data() + offset, &header, sizeof header);
  }
  void ChangeHeader(const std::function<void(Elf32_Ehdr&)>& change) { Change<Elf32_Ehdr>(0, change); }
  // The first loadable segment, which begins with the vector table.
  void ChangeSegment(const std::function<void(Elf32_Phdr&)>& change) {
    Elf32_Ehdr header;
    std::memcpy(&header, elf_.data(), sizeof header);
    for (size_t i = 0; i < header.e_phnum; ++i) {
      Elf32_Phdr segment;
      const size_t offset = header.e_phoff + i * sizeof segment;
      std::memcpy(&segment, elf_.data() + offset, sizeof segment);
      if (segment.p_type == PT_LOAD) return Change<Elf32_Phdr>(offset, change);
    }
    FAIL() << "no loadable segment";
  }
  std::unique_ptr<ElfImage> Good() { return ReadImage(elf_); }
  std::string elf_;
};

TEST(ElfImage, RejectsWhatIsNoElf) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("not an ELF file"));
  EXPECT_THAT(ErrorOf("#!/bin/sh\n"), HasSubstr("not an ELF file"));
  EXPECT_THAT(ErrorOf("\177ELF"), HasSubstr("truncated: 4 bytes"));
}

TEST_F(ElfImageTest, ReadsSegmentsAndSymbols) {
  const auto image = Good();
  ASSERT_NE(image, nullptr);
  EXPECT_EQ(image->segments()[0].load_address, kFlashAddress);
  EXPECT_TRUE(image->segments()[0].executable);
  EXPECT_EQ(image->entry(), image->FindSymbol("reset"));
  EXPECT_EQ(image->FindSymbol("reset").value() | 1, image->WordAt(4));
  EXPECT_EQ(image->FindSymbol("no_such_symbol"), std::nullopt);
  EXPECT_EQ(image->FindSymbol("$t"), std::nullopt);
  EXPECT_EQ(image->WhyNotOn(*FindCore("m3")), "");
  EXPECT_EQ(image->WordAt(0x10000000), std::nullopt);
  EXPECT_EQ(image->WordAt(0xFFFFFFFE), std::nullopt);
}

TEST_F(ElfImageTest, SymbolisesWithLines) {
  const auto image = Good();
  const uint32_t mark = image->FindSymbol("atome_mark").value();
  EXPECT_THAT(image->Symbolise(mark), ::testing::MatchesRegex("atome_mark\\+0x0 \\(work\\.c:[0-9]+\\)"));
  const uint32_t round = image->FindSymbol("Round").value();
  EXPECT_THAT(image->Symbolise(round + 6), ::testing::MatchesRegex("Round\\+0x6 \\(work\\.c:[0-9]+\\)"));
  EXPECT_EQ(image->Symbolise(0x10000000), "0x10000000");
}

// The name that people wrote is in DWARF.
TEST(ElfImage, AMangledNameIsShownAsItWasWritten) {
  ATOME_REQUIRE_GUESTS();
  const auto image = GuestImage("mangled");
  ASSERT_NE(image, nullptr);
  const uint32_t address = image->FindSymbol("_ZN5Other4NameEv").value();
  EXPECT_THAT(image->Symbolise(address), ::testing::MatchesRegex("Readable\\+0x0 \\(mangled\\.c:[0-9]+\\)"));
  EXPECT_EQ(image->FunctionAt(address).name, "Other::Name()") << "without DWARF, by the mangling";
}

TEST_F(ElfImageTest, NamesTheWrongKind) {
  const std::string good = elf_;
  ChangeHeader([](Elf32_Ehdr& header) { header.e_machine = EM_386; });
  EXPECT_THAT(ErrorOf(elf_), HasSubstr("made for ELF machine 3, not for Arm (40)"));
  elf_ = good;
  ChangeHeader([](Elf32_Ehdr& header) { header.e_type = ET_REL; });
  EXPECT_THAT(ErrorOf(elf_), HasSubstr("not a linked executable"));
  elf_ = good;
  ChangeHeader([](Elf32_Ehdr& header) { header.e_ident[EI_CLASS] = ELFCLASS64; });
  EXPECT_THAT(ErrorOf(elf_), HasSubstr("not a 32-bit ELF file"));
  elf_ = good;
  ChangeHeader([](Elf32_Ehdr& header) { header.e_ident[EI_DATA] = ELFDATA2MSB; });
  EXPECT_THAT(ErrorOf(elf_), HasSubstr("not a little-endian ELF file"));
}

TEST_F(ElfImageTest, NamesTheBadSegment) {
  const std::string good = elf_;
  ChangeSegment([](Elf32_Phdr& segment) { segment.p_filesz = segment.p_memsz = 0x7FFFFFFF; });
  EXPECT_THAT(ErrorOf(elf_), HasSubstr(" is truncated: it ends at offset"));
  elf_ = good;
  ChangeSegment([](Elf32_Phdr& segment) { segment.p_memsz = segment.p_filesz - 1; });
  EXPECT_THAT(ErrorOf(elf_), HasSubstr("more bytes in the file than in memory"));
  elf_ = good;
  ChangeSegment([](Elf32_Phdr& segment) { segment.p_paddr = 0xFFFFFFF0; });
  EXPECT_THAT(ErrorOf(elf_), HasSubstr("32-bit address space"));
  elf_ = good;
  ChangeHeader([](Elf32_Ehdr& header) { header.e_phnum = 0; });
  EXPECT_THAT(ErrorOf(elf_), HasSubstr("no loadable segment"));
}

TEST_F(ElfImageTest, SaysByHowMuchItDoesNotFit) {
  Core small = *FindCore("m0");
  small.flash_bytes = 1024;
  const auto image = Good();
  size_t bytes = 0;  // code, and behind it the initial values of data
  for (const ElfImage::Segment& segment : image->segments()) bytes += segment.bytes.size();
  EXPECT_GT(bytes, image->segments()[0].bytes.size());
  EXPECT_THAT(image->WhyNotOn(small), HasSubstr("in all " + std::to_string(bytes - 1024) +
                                                " bytes are outside the 1024 bytes of flash"));
  small = *FindCore("m0");
  small.ram_bytes = 4096;
  EXPECT_THAT(image->WhyNotOn(small), HasSubstr("bytes of RAM at 0x20000000"));
  const std::string good = elf_;
  ChangeSegment([](Elf32_Phdr& segment) { segment.p_paddr = segment.p_vaddr = 0x08000000; });
  EXPECT_THAT(Good()->WhyNotOn(*FindCore("m3")), HasSubstr("at 0x08000000 does not fit Cortex-M3"));
  ChangeSegment([](Elf32_Phdr& segment) { segment.p_paddr = segment.p_vaddr = 0x20400000; });
  EXPECT_THAT(Good()->WhyNotOn(*FindCore("m3")), HasSubstr("of RAM at 0x20000000"));
}

TEST_F(ElfImageTest, AcceptsAnyPlaceOfFlash) {
  ChangeSegment([](Elf32_Phdr& segment) { segment.p_paddr = segment.p_vaddr = 0x08000000; });
  const auto image = Good();
  MemoryMap map = MapOf(*FindCore("m3"));
  map.memories[0].address = map.program_address = map.vector_address = 0x08000000;
  // The initial values of data are still at 0.
  EXPECT_THAT(image->WhyNotOn(map),
              HasSubstr("in all 4 bytes are outside the 4194304 bytes of flash at 0x08000000"));
  map.memories[0].address = map.program_address = 0;
  map.memories[0].bytes = 0x10000000;
  EXPECT_EQ(image->WhyNotOn(map), "");
  map.vector_address = 0x09000000;
  EXPECT_EQ(image->WhyNotOn(map), "no vector table: nothing is loaded at 0x09000000");
}

TEST_F(ElfImageTest, SurvivesTruncation) {
  for (size_t size = 0; size < elf_.size(); size += size < 600 ? 1 : 97) Use(elf_.substr(0, size));
}

TEST_F(ElfImageTest, SurvivesFlippedBytes) {
  std::mt19937 random(1);
  for (int i = 0; i < 4000; ++i) {
    std::string damaged = elf_;
    // Headers and the section table at the end decide more than the contents.
    const int flips = 1 + static_cast<int>(random() % 4);
    for (int j = 0; j < flips; ++j) {
      const size_t span = i % 4 == 0 ? 200 : i % 4 == 1 ? 1200 : elf_.size();
      const size_t at = i % 4 == 1 ? elf_.size() - 1 - random() % span : random() % span;
      damaged[at] = static_cast<char>(i % 3 == 0 ? 0xFF : random());
    }
    Use(damaged);
  }
}

// What an image took is given back with it. (Under a sanitizer nothing is counted.)
TEST_F(ElfImageTest, LeavesNothingBehind) {
  const auto read_often = [this] {
    for (int k = 0; k < 200; ++k) Good()->Symbolise(0x44);
  };
  read_often();
  const auto before = mallinfo2().uordblks;
  read_often();
  EXPECT_LT(mallinfo2().uordblks, before + 200 * 64);
}

}  // namespace
}  // namespace atome::emulation
