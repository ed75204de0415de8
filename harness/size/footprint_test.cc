#include "harness/size/footprint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using Section = emulation::ElfImage::Section;
using SizedSymbol = emulation::ElfImage::SizedSymbol;

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
  const Result<Footprint> footprint = FootprintOf(Everything(), {});
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
  const Result<Footprint> footprint = FootprintOf(Everything(), symbols);
  ASSERT_TRUE(footprint.ok());
  EXPECT_THAT(footprint->symbols,
              ElementsAre(Field(&SymbolSize::name, "step"), Field(&SymbolSize::name, "__addsf3"),
                          Field(&SymbolSize::name, "buffer"), Field(&SymbolSize::name, "reset"),
                          Field(&SymbolSize::name, "last")));
  EXPECT_EQ(footprint->symbols[1].part, Part::kLibrary);
  EXPECT_EQ(footprint->symbols[2].kind, SectionKind::kBss);
  EXPECT_EQ(footprint->symbols[4].section, ".text.engine");
}

TEST(Footprint, AnUnknownSectionIsNamed) {
  const Result<Footprint> footprint = FootprintOf({Code(".text", 0, 13136)}, {});
  ASSERT_FALSE(footprint.ok());
  EXPECT_THAT(footprint.error().message, HasSubstr("section .text of 13136 bytes"));
}

}  // namespace
}  // namespace atome::harness
