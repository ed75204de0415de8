#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "emulation/elf/elf_image.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

class ElfSectionsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ATOME_REQUIRE_GUESTS();
    elf_ = GuestElf("work_m3");
    image_ = ReadImage(elf_);
    ASSERT_NE(image_, nullptr);
  }
  const ElfImage::Section* Find(std::string_view name) {
    const auto found = std::ranges::find(sections_ = image_->Sections(), name, &ElfImage::Section::name);
    return found == sections_.end() ? nullptr : &*found;
  }
  std::string elf_;
  std::unique_ptr<ElfImage> image_;
  std::vector<ElfImage::Section> sections_;
};

TEST_F(ElfSectionsTest, AreThoseInMemory) {
  const ElfImage::Section* text = Find(".text");
  ASSERT_NE(text, nullptr);
  EXPECT_EQ(text->address, 0u);
  EXPECT_TRUE(text->executable && text->in_file && !text->writable);
  const ElfImage::Section* stack = Find(".stack");
  ASSERT_NE(stack, nullptr);
  EXPECT_EQ(stack->bytes, 4096u);
  EXPECT_TRUE(!stack->executable && !stack->in_file && stack->writable);
  EXPECT_EQ(Find(".symtab"), nullptr);
  EXPECT_EQ(Find(".debug_info"), nullptr);
}

TEST_F(ElfSectionsTest, AddUpToTheSegments) {
  size_t file_bytes = 0, section_bytes = 0;
  for (const ElfImage::Segment& segment : image_->segments()) file_bytes += segment.bytes.size();
  for (const ElfImage::Section& section : image_->Sections())
    section_bytes += section.in_file ? section.bytes : 0;
  EXPECT_EQ(section_bytes, file_bytes);
}

TEST_F(ElfSectionsTest, NoneWithoutATable) {
  Elf32_Ehdr header;
  std::memcpy(&header, elf_.data(), sizeof header);
  header.e_shoff = header.e_shnum = header.e_shstrndx = 0;
  std::memcpy(elf_.data(), &header, sizeof header);
  image_ = ReadImage(elf_);
  ASSERT_NE(image_, nullptr);
  EXPECT_TRUE(image_->Sections().empty());
  EXPECT_TRUE(image_->SizedSymbols().empty());
}

TEST_F(ElfSectionsTest, SymbolsHaveSizes) {
  const std::vector<ElfImage::SizedSymbol> symbols = image_->SizedSymbols();
  const auto round = std::ranges::find(symbols, "Round", &ElfImage::SizedSymbol::name);
  ASSERT_NE(round, symbols.end());
  EXPECT_TRUE(round->function);
  EXPECT_EQ(round->address, image_->FindSymbol("Round"));
  EXPECT_EQ(std::ranges::find(symbols, "stack_top", &ElfImage::SizedSymbol::name), symbols.end())
      << "no size";
  EXPECT_TRUE(std::ranges::is_sorted(symbols, {}, &ElfImage::SizedSymbol::address));
}

}  // namespace
}  // namespace atome::emulation
