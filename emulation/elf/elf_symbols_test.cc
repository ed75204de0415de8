#include <elf.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>

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

  // Changes the symbol of this name and reads the image again.
  void Change(std::string_view name, const std::function<void(Elf32_Sym&, char*)>& change) {
    Elf32_Ehdr header;
    std::memcpy(&header, elf_.data(), sizeof header);
    const auto section = [&](size_t number) {
      Elf32_Shdr found;
      std::memcpy(&found, elf_.data() + header.e_shoff + number * sizeof found, sizeof found);
      return found;
    };
    int changed = 0;
    for (size_t i = 0; i < header.e_shnum; ++i) {
      const Elf32_Shdr symbols = section(i);
      if (symbols.sh_type != SHT_SYMTAB) continue;
      char* const names = elf_.data() + section(symbols.sh_link).sh_offset;
      for (size_t at = 0; at + sizeof(Elf32_Sym) <= symbols.sh_size; at += sizeof(Elf32_Sym)) {
        Elf32_Sym symbol;
        std::memcpy(&symbol, elf_.data() + symbols.sh_offset + at, sizeof symbol);
        if (name != names + symbol.st_name) continue;
        change(symbol, names + symbol.st_name);
        std::memcpy(elf_.data() + symbols.sh_offset + at, &symbol, sizeof symbol);
        ++changed;
      }
    }
    EXPECT_EQ(changed, 1) << name;
    image_ = ReadImage(elf_);
    ASSERT_NE(image_, nullptr);
  }

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

// ELF for the Arm Architecture, 5.5.5: "$d" begins data, where a label is no function whoever knows it.
TEST_F(ElfSymbolsTest, AGlobalLabelOfDataBeginsNoFunction) {
  Change("constants",
         [](Elf32_Sym& symbol, char*) { symbol.st_info = ELF32_ST_INFO(STB_GLOBAL, STT_NOTYPE); });
  EXPECT_EQ(NameAt(At("constants")), "typed");
  EXPECT_EQ(NameAt(At("known")), "known") << "code again";
}

TEST_F(ElfSymbolsTest, ADollarAloneBeginsNothing) {
  const uint32_t called = At("called");
  Change("again", [&](Elf32_Sym& symbol, char* name) {
    symbol.st_value = called;
    name[1] = '\0', name[0] = '$';
  });
  EXPECT_EQ(NameAt(called), "called") << "it is in code as before";
}

TEST_F(ElfSymbolsTest, AnUnsizedFunctionEndsAtAnObject) {
  const uint32_t constants = At("constants");
  Change("constants", [](Elf32_Sym& symbol, char*) {
    symbol.st_info = ELF32_ST_INFO(STB_LOCAL, STT_OBJECT);
    symbol.st_size = 4;
  });
  EXPECT_EQ(NameAt(constants - 2), "typed");
  EXPECT_EQ(NameAt(constants), "constants");
  EXPECT_EQ(NameAt(constants + 4), "") << "behind the object";
}

// A label at an object's address says nothing of its size.
TEST_F(ElfSymbolsTest, ALabelOfASizedObjectHasNoSize) {
  const uint32_t constants = At("constants");
  Change("constants", [](Elf32_Sym& symbol, char*) {
    symbol.st_info = ELF32_ST_INFO(STB_LOCAL, STT_OBJECT);
    symbol.st_size = 4;
  });
  Change("known_loop", [&](Elf32_Sym& symbol, char*) { symbol.st_value = constants; });
  const std::vector<ElfImage::SizedSymbol> symbols = image_->SizedSymbols();
  const auto object = std::ranges::find(symbols, "constants", &ElfImage::SizedSymbol::name);
  ASSERT_NE(object, symbols.end());
  EXPECT_EQ(object->bytes, 4u);
  EXPECT_EQ(std::ranges::find(symbols, "known_loop", &ElfImage::SizedSymbol::name), symbols.end());
}

// A name is not shown further than its first 512 characters.
TEST_F(ElfSymbolsTest, NamesAreShortened) {
  const uint32_t typed = At("typed");
  Elf32_Ehdr header;
  std::memcpy(&header, elf_.data(), sizeof header);
  for (size_t i = 0, strings = 0; i < 2u * header.e_shnum; ++i) {
    const size_t number = i % header.e_shnum;
    Elf32_Shdr section;
    std::memcpy(&section, elf_.data() + header.e_shoff + number * sizeof section, sizeof section);
    if (section.sh_type == SHT_SYMTAB) strings = section.sh_link;
    if (number != strings || number == 0) continue;
    // A longer table behind the file.
    const std::string table = elf_.substr(section.sh_offset, section.sh_size) + std::string(600, 'a') + '\0';
    Change("typed", [&](Elf32_Sym& symbol, char*) { symbol.st_name = section.sh_size; });
    section.sh_offset = static_cast<uint32_t>(elf_.size());
    section.sh_size = static_cast<uint32_t>(table.size());
    elf_ += table;
    std::memcpy(elf_.data() + header.e_shoff + number * sizeof section, &section, sizeof section);
    break;
  }
  image_ = ReadImage(elf_);
  ASSERT_NE(image_, nullptr);
  EXPECT_EQ(NameAt(typed), std::string(512, 'a'));
}

}  // namespace
}  // namespace atome::emulation
