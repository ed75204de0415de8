#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>

#include "emulation/elf/elf_image.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

class ElfSymbolsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ATOME_REQUIRE_GUESTS();
    elf_ = GuestElf("unsized");
    image_ = ReadImage(elf_);
    ASSERT_NE(image_, nullptr);
  }
  uint32_t At(std::string_view symbol) { return image_->FindSymbol(symbol).value(); }
  std::string NameAt(uint32_t address) { return image_->FunctionAt(address).name; }

  std::string elf_;
  std::unique_ptr<ElfImage> image_;
};

TEST_F(ElfSymbolsTest, UnsizedFunctionsReachToTheNext) {
  for (const char* name : {"reset", "typed", "known", "called", "sized"}) {
    EXPECT_EQ(NameAt(At(name)), name);
    EXPECT_EQ(NameAt(At(name) + 2), name);
    EXPECT_EQ(image_->FunctionAt(At(name) + 2).address, At(name));
  }
  EXPECT_EQ(NameAt(At("typed") - 2), "reset");
  EXPECT_EQ(NameAt(At("known") - 2), "typed") << "its data too";
  EXPECT_EQ(NameAt(At("called") - 2), "known");
  EXPECT_EQ(NameAt(At("sized") - 2), "called");
}

TEST_F(ElfSymbolsTest, LabelsAndDataBeginNoFunction) {
  EXPECT_EQ(NameAt(At("again")), "reset");
  EXPECT_EQ(NameAt(At("known_loop")), "known");
  EXPECT_EQ(NameAt(At("constants")), "typed");
}

TEST_F(ElfSymbolsTest, ASizedFunctionKeepsItsSize) {
  EXPECT_EQ(NameAt(At("inside")), "sized");
  EXPECT_EQ(NameAt(At("sized") + 6), "sized");
  EXPECT_EQ(NameAt(At("sized") + 8), "") << "nor does the label inside reach on";
  EXPECT_EQ(NameAt(At("elsewhere")), "elsewhere");
}

TEST_F(ElfSymbolsTest, NothingReachesOutOfItsSection) {
  uint32_t end = 0;
  for (const ElfImage::Section& section : image_->Sections()) {
    if (section.name == ".text") end = section.address + section.bytes;
  }
  ASSERT_GT(end, At("elsewhere"));
  EXPECT_EQ(NameAt(end - 2), "elsewhere");
  EXPECT_EQ(NameAt(end), "");
  EXPECT_EQ(NameAt(0), "") << "the vector table is data";
}

// Makes every symbol unsized, of any type, and of any section.
TEST_F(ElfSymbolsTest, SurvivesSymbolsOfAnyKind) {
  Elf32_Ehdr header;
  std::memcpy(&header, elf_.data(), sizeof header);
  for (size_t i = 0; i < header.e_shnum; ++i) {
    Elf32_Shdr section;
    std::memcpy(&section, elf_.data() + header.e_shoff + i * sizeof section, sizeof section);
    if (section.sh_type != SHT_SYMTAB) continue;
    for (size_t at = 0; at + sizeof(Elf32_Sym) <= section.sh_size; at += sizeof(Elf32_Sym)) {
      Elf32_Sym symbol;
      std::memcpy(&symbol, elf_.data() + section.sh_offset + at, sizeof symbol);
      symbol.st_size = 0;
      symbol.st_info = ELF32_ST_INFO(STB_GLOBAL, at / sizeof symbol % 3);
      symbol.st_shndx = static_cast<uint16_t>(at % 5 == 0 ? SHN_ABS : at);
      if (at % 7 == 0) symbol.st_value = 0xFFFFFFFF;
      std::memcpy(elf_.data() + section.sh_offset + at, &symbol, sizeof symbol);
    }
  }
  const auto image = ReadImage(elf_);
  ASSERT_NE(image, nullptr);
  for (uint64_t address = 0; address < 0x1000; ++address) image->FunctionAt(static_cast<uint32_t>(address));
  EXPECT_EQ(image->FunctionAt(0x10000000).name, "");
  image->FunctionAt(0xFFFFFFFF);
}

}  // namespace
}  // namespace atome::emulation
