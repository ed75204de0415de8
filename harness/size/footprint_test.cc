#include "harness/size/footprint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/testing/small_elf.h"

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

// Of each part and kind a power of two of bytes, so that a sum says which are in it.
TEST(Footprint, SumsAreOfEveryPartButTheModel) {
  constexpr Part kParts[] = {Part::kEngine, Part::kLibrary, Part::kStartup, Part::kModel, Part::kUnknown};
  constexpr SectionKind kKinds[] = {SectionKind::kText, SectionKind::kRodata, SectionKind::kData,
                                    SectionKind::kBss, SectionKind::kStack};
  Footprint footprint;
  uint32_t bytes = 1;
  for (const Part part : kParts) {
    for (const SectionKind kind : kKinds) {
      footprint.sections.push_back({"one", part, kind, bytes});
      bytes *= 2;
    }
  }
  for (uint32_t p = 0; p < 5; ++p) {
    for (uint32_t k = 0; k < 5; ++k) EXPECT_EQ(footprint.Bytes(kKinds[k], kParts[p]), 1u << (5 * p + k));
  }
  const uint32_t all_but_model = 1u | 1u << 5 | 1u << 10 | 1u << 20;
  for (uint32_t k = 0; k < 5; ++k) EXPECT_EQ(footprint.Bytes(kKinds[k]), all_but_model << k) << k;
  EXPECT_EQ(footprint.FirmwareBytes(), all_but_model * 7u);
  EXPECT_EQ(footprint.ModelBytes(), 1u << 16);
  footprint.sections.push_back({"another", Part::kLibrary, SectionKind::kData, 3});
  EXPECT_EQ(footprint.Bytes(SectionKind::kData, Part::kLibrary), 128u + 3u);
}

// Whose each section of firmware.ld is, and what it is.
TEST(Footprint, EverySectionHasItsPartAndKind) {
  const struct {
    const char* name;
    Part part;
    SectionKind kind;
  } rows[] = {{".vectors", Part::kStartup, SectionKind::kRodata},
              {".text.engine", Part::kEngine, SectionKind::kText},
              {".text.library", Part::kLibrary, SectionKind::kText},
              {".text.firmware", Part::kStartup, SectionKind::kText},
              {".rodata.engine", Part::kEngine, SectionKind::kRodata},
              {".rodata.library", Part::kLibrary, SectionKind::kRodata},
              {".rodata.firmware", Part::kStartup, SectionKind::kRodata},
              {".ARM.exidx", Part::kLibrary, SectionKind::kRodata},
              {".stack", Part::kStartup, SectionKind::kStack},
              {".data", Part::kStartup, SectionKind::kData},
              {".bss", Part::kStartup, SectionKind::kBss},
              {".model_image", Part::kModel, SectionKind::kRodata}};
  const Result<Footprint> footprint = FootprintOf(Everything(), {}, kNoFiller);
  ASSERT_TRUE(footprint.ok());
  ASSERT_EQ(footprint->sections.size(), std::size(rows));
  for (size_t i = 0; i < std::size(rows); ++i) {
    const auto found = std::ranges::find(footprint->sections, rows[i].name, &SectionSize::name);
    const auto made = std::ranges::find(Everything(), rows[i].name, &Section::name);
    ASSERT_NE(found, footprint->sections.end()) << rows[i].name;
    EXPECT_EQ(found->part, rows[i].part) << rows[i].name;
    EXPECT_EQ(found->kind, rows[i].kind) << rows[i].name;
    EXPECT_EQ(found->bytes, made->bytes) << rows[i].name;
  }
}

TEST(Footprint, PartsAndKindsHaveTheirNames) {
  EXPECT_EQ(PartName(Part::kEngine), "engine");
  EXPECT_EQ(PartName(Part::kLibrary), "library");
  EXPECT_EQ(PartName(Part::kStartup), "startup");
  EXPECT_EQ(PartName(Part::kModel), "model");
  EXPECT_EQ(PartName(Part::kUnknown), "unknown");
  EXPECT_EQ(KindName(SectionKind::kText), "text");
  EXPECT_EQ(KindName(SectionKind::kRodata), "rodata");
  EXPECT_EQ(KindName(SectionKind::kData), "data");
  EXPECT_EQ(KindName(SectionKind::kBss), "bss");
  EXPECT_EQ(KindName(SectionKind::kStack), "stack");
}

TEST(Footprint, SymbolsStandBySizeThenByName) {
  const std::vector<SizedSymbol> symbols = {
      {"b", 64, 100, true}, {"c", 164, 300, true}, {"a", 464, 100, true}, {"d", 564, 500, true}};
  const Result<Footprint> footprint = FootprintOf({Code(".text.engine", 64, 1000)}, symbols, kNoFiller);
  ASSERT_TRUE(footprint.ok());
  std::string names;
  for (const SymbolSize& symbol : footprint->symbols) names += symbol.name;
  EXPECT_EQ(names, "dcab");
}

// The last gap is in front of an address that is a multiple of 16, the one before of 4 only.
TEST(Footprint, PaddingIsToldFromWhatHasNoName) {
  const std::vector<SizedSymbol> symbols = {{"a", 64, 10, true}, {"b", 76, 5, true}, {"c", 96, 16, true}};
  const Result<Footprint> footprint = FootprintOf({Code(".text.engine", 64, 48)}, symbols,
                                                  [](uint64_t begin, uint64_t) { return begin < 80; });
  ASSERT_TRUE(footprint.ok());
  const auto bytes = [&](std::string_view name) {
    const auto at = std::ranges::find(footprint->symbols, name, &SymbolSize::name);
    return at == footprint->symbols.end() ? 0 : at->bytes;
  };
  EXPECT_EQ(bytes("[padding] .text.engine"), 2u);
  EXPECT_EQ(bytes("[unnamed] .text.engine"), 15u);
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

// Between two symbols 2 bytes; Thumb's NOPs are 0xBF00 and 0x46C0 (MOV r8, r8), the low byte first.
TEST(Footprint, GapsOfZerosOnesAndInstructionsThatDoNothingArePadding) {
  const auto padding = [](const std::string& gap) {
    const auto image =
        testing::SmallImage({{.name = ".vectors", .address = 0x1000, .bytes = std::string(16, 1)},
                             {.name = ".text.engine",
                              .address = 0x2000,
                              .bytes = std::string(10, 2) + gap + std::string(4, 3),
                              .flags = SHF_ALLOC | SHF_EXECINSTR}},
                            {{"table", 0x1000, 16}, {"a", 0x2000, 10}, {"b", 0x200C, 4}});
    const Result<Footprint> footprint = FootprintOf(*image);
    EXPECT_TRUE(footprint.ok());
    const auto bytes = [&](std::string_view name) {
      const auto at = std::ranges::find(footprint->symbols, name, &SymbolSize::name);
      return at == footprint->symbols.end() ? 0 : at->bytes;
    };
    EXPECT_EQ(bytes("[padding] .text.engine") + bytes("[unnamed] .text.engine"), 2u);
    EXPECT_EQ(bytes("a"), 10u);
    return bytes("[padding] .text.engine");
  };
  EXPECT_EQ(padding(std::string(2, '\0')), 2u);
  EXPECT_EQ(padding("\xff\xff"), 2u);
  EXPECT_EQ(padding(std::string("\x00\xbf", 2)), 2u);
  EXPECT_EQ(padding("\xc0\x46"), 2u);
  EXPECT_EQ(padding("\xbf\xc0"), 0u) << "in the other order";
  EXPECT_EQ(padding("\x46\xc0"), 0u);
  EXPECT_EQ(padding("\xc0\x12"), 0u);
  EXPECT_EQ(padding("\x12\x34"), 0u);
}

// As after link-time optimisation: all code is in sections of the start-up.
TEST(Footprint, MergedCodeIsItsSourceFilesEngines) {
  const auto code = [](uint32_t address, size_t bytes) {
    return testing::SmallSection{.name = ".text.firmware",
                                 .address = address,
                                 .bytes = std::string(bytes, 1),
                                 .flags = SHF_ALLOC | SHF_EXECINSTR};
  };
  std::vector<testing::SmallSection> sections{code(0x100, 64), code(0x200, 32)};
  for (testing::SmallSection& each : testing::SmallDwarf({{0x100, "/x/engine/step.cc", 5},
                                                          {0x128, "/x/engine/firmware/main.cc", 9},
                                                          {0x200, "/x/engine/op.cc", 7}},
                                                         0x220))
    sections.push_back(std::move(each));
  const auto image =
      testing::SmallImage(sections, {{"step", 0x100, 40}, {"main", 0x128, 24}, {"op", 0x200, 32}});
  ASSERT_EQ(image->LineAt(0x100).path, "/x/engine/step.cc");
  ASSERT_EQ(image->LineAt(0x12A).line, 9);
  const Result<Footprint> footprint = FootprintOf(*image);
  ASSERT_TRUE(footprint.ok()) << footprint.error().message;
  EXPECT_TRUE(footprint->by_source);
  EXPECT_EQ(footprint->Bytes(SectionKind::kText, Part::kEngine), 72u);
  EXPECT_EQ(footprint->Bytes(SectionKind::kText, Part::kStartup), 24u);
  EXPECT_EQ(footprint->Bytes(SectionKind::kText), 96u);
}

TEST(Footprint, AnUnknownSectionIsNamed) {
  const Result<Footprint> footprint = FootprintOf({Code(".text", 0, 13136)}, {}, kNoFiller);
  ASSERT_FALSE(footprint.ok());
  EXPECT_THAT(footprint.error().message, HasSubstr("section .text of 13136 bytes"));
}

}  // namespace
}  // namespace atome::harness
