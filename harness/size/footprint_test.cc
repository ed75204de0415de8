#include "harness/size/footprint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace atome::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using Section = emulation::ElfImage::Section;
using SizedSymbol = emulation::ElfImage::SizedSymbol;

const IsFillerBetween kNoFiller = [](uint64_t, uint64_t) { return false; };

Section Code(std::string name, uint32_t address, uint32_t bytes) {
  return {.name = std::move(name),
          .address = address,
          .bytes = bytes,
          .in_file = true,
          .executable = true,
          .writable = false};
}
Section Constant(std::string name, uint32_t address, uint32_t bytes) {
  return {.name = std::move(name),
          .address = address,
          .bytes = bytes,
          .in_file = true,
          .executable = false,
          .writable = false};
}
Section Writable(std::string name, uint32_t address, uint32_t bytes, bool in_file) {
  return {.name = std::move(name),
          .address = address,
          .bytes = bytes,
          .in_file = in_file,
          .executable = false,
          .writable = true};
}

const std::vector<Section>& Everything() {
  static const auto& sections = *new std::vector<Section>{Constant(".vectors", 0, 64),
                                                          Code(".text.engine", 64, 1000),
                                                          Code(".text.library", 1064, 200),
                                                          Code(".text.firmware", 1264, 30),
                                                          Constant(".rodata.engine", 1294, 8),
                                                          Constant(".rodata.library", 1302, 128),
                                                          Constant(".rodata.firmware", 1430, 5),
                                                          Constant(".ARM.exidx", 1435, 8),
                                                          Constant(".model_image", 2000, 7777),
                                                          Writable(".stack", 0x20000000, 2048, false),
                                                          Writable(".data", 0x20000800, 12, true),
                                                          Writable(".bss", 0x2000080C, 100, false)};
  return sections;
}

TEST(Footprint, EverySectionCountsOnce) {
  const Result<Footprint> footprint = FootprintOf(Everything(), {}, kNoFiller);
  ASSERT_TRUE(footprint.ok()) << footprint.error().message;
  EXPECT_EQ(footprint->Bytes(SectionKind::kText, Part::kEngine), 1000u);
  EXPECT_EQ(footprint->Bytes(SectionKind::kText, Part::kLibrary), 200u);
  EXPECT_EQ(footprint->Bytes(SectionKind::kText, Part::kStartup), 30u);
  EXPECT_EQ(footprint->Bytes(SectionKind::kText), 1230u);
  EXPECT_EQ(footprint->Bytes(SectionKind::kRodata, Part::kLibrary), 128u + 8u)
      << "unwind tables are libgcc's";
  EXPECT_EQ(footprint->Bytes(SectionKind::kRodata), 64u + 8u + 128u + 5u + 8u) << "without the model";
  EXPECT_EQ(footprint->ModelBytes(), 7777u);
  EXPECT_EQ(footprint->Bytes(SectionKind::kData), 12u);
  EXPECT_EQ(footprint->Bytes(SectionKind::kBss), 100u);
  EXPECT_EQ(footprint->Bytes(SectionKind::kStack), 2048u);
  EXPECT_EQ(footprint->FirmwareBytes(), 1230u + 213u + 12u);
  EXPECT_EQ(footprint->sections.size(), Everything().size());
  EXPECT_EQ(footprint->sections.back().name, ".model_image");
}

TEST(Footprint, SymbolsBelongToTheSectionTheyLieIn) {
  const std::vector<SizedSymbol> symbols = {{"reset", 1264, 10, true},
                                            {"step", 64, 900, true},
                                            {"last", 1063, 1, true},
                                            {"__addsf3", 1064, 100, true},
                                            {"buffer", 0x2000080C, 100, false},
                                            {"elsewhere", 0x40000000, 5000, false},
                                            {"between", 1990, 4, false}};
  const Result<Footprint> footprint = FootprintOf(Everything(), symbols, kNoFiller);
  ASSERT_TRUE(footprint.ok());
  const auto find = [&](std::string_view name) {
    const auto at = std::ranges::find(footprint->symbols, name, &SymbolSize::name);
    return at == footprint->symbols.end() ? SymbolSize{} : *at;
  };
  EXPECT_EQ(footprint->symbols[0].name, "step") << "the largest first";
  EXPECT_EQ(find("__addsf3").part, Part::kLibrary);
  EXPECT_EQ(find("buffer").kind, SectionKind::kBss);
  EXPECT_EQ(find("last").section, ".text.engine");
  EXPECT_EQ(find("[unnamed] .text.engine").bytes, 99u);
  EXPECT_EQ(find("[unnamed] .text.library").bytes, 100u);
  EXPECT_EQ(find("[unnamed] .vectors").bytes, 64u);
  for (const char* name : {"elsewhere", "between", "[unnamed] .model_image", "[unnamed] .stack"})
    EXPECT_EQ(find(name).bytes, 0u) << name;
}

TEST(Footprint, SymbolsOfSectionsAtOneAddressAreToldApart) {
  std::vector<Section> sections = {Code(".text.engine", 64, 100), Code(".text.library", 64, 100)};
  sections[0].number = 1;
  sections[1].number = 2;
  std::vector<SizedSymbol> symbols = {{"a", 64, 100, true}, {"b", 64, 100, true}};
  symbols[0].section = 2;
  symbols[1].section = 1;
  const Result<Footprint> footprint = FootprintOf(sections, symbols, kNoFiller);
  ASSERT_TRUE(footprint.ok());
  EXPECT_THAT(footprint->symbols, ElementsAre(Field(&SymbolSize::section, ".text.library"),
                                              Field(&SymbolSize::section, ".text.engine")));
}

TEST(Footprint, AnUnknownSectionIsNamed) {
  const Result<Footprint> footprint = FootprintOf({Code(".text", 0, 13136)}, {}, kNoFiller);
  ASSERT_FALSE(footprint.ok());
  EXPECT_THAT(footprint.error().message, HasSubstr("section .text of 13136 bytes"));
}

}  // namespace
}  // namespace atome::harness
