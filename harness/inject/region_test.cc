#include "harness/inject/region.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/testing/small_elf.h"

namespace atome::harness {
namespace {

using emulation::DebugRegister;
using testing::SmallImage;
using testing::SmallSection;
using testing::SmallSymbol;

const std::vector<SmallSection> kSections = {
    {.name = ".vectors", .address = 0, .bytes = std::string(64, 1)},
    {.name = ".text.engine",
     .address = 0x40,
     .bytes = std::string(128, 2),
     .flags = SHF_ALLOC | SHF_EXECINSTR},
    {.name = ".rodata.engine", .address = 0xC0, .bytes = std::string(16, 3)},
    {.name = ".data", .address = 0x20000000, .bytes = std::string(12, 4), .flags = SHF_ALLOC | SHF_WRITE},
    {.name = ".bss", .address = 0x20000010, .zeros = 100, .flags = SHF_ALLOC | SHF_WRITE},
    {.name = ".stack", .address = 0x20000100, .zeros = 256, .flags = SHF_ALLOC | SHF_WRITE}};
const std::vector<SmallSymbol> kSymbols = {
    {"atome_model_image", 0x1000}, {"firmware_stack_top", 0x20000200}, {"atome_arena_begin", 0x20000208}};
constexpr MemoryUse kUse{.model_bytes = 1000, .state_bytes = 101, .logits_bytes = 40, .stack_bytes = 48};

Places PlacesOn(std::string_view core) {
  return *FindPlaces(*SmallImage(kSections, kSymbols), *emulation::FindCore(core), kUse);
}

TEST(FindPlaces, EveryRegionOfMemoryHasItsStretches) {
  const Places places = PlacesOn("m3");
  const auto stretches = [&places](Region region) {
    std::vector<std::pair<uint32_t, uint32_t>> found;
    for (const Stretch& each : places.Of(region)) found.emplace_back(each.address, each.bytes);
    return found;
  };
  using Pairs = std::vector<std::pair<uint32_t, uint32_t>>;
  EXPECT_EQ(stretches(Region::kModel), (Pairs{{0x1000, 1000}}));
  EXPECT_EQ(stretches(Region::kCode), (Pairs{{0, 64}, {0x40, 128}})) << "vectors are code";
  EXPECT_EQ(stretches(Region::kConstants), (Pairs{{0xC0, 16}}));
  EXPECT_EQ(stretches(Region::kState), (Pairs{{0x20000208, 101}}));
  EXPECT_EQ(stretches(Region::kLogits), (Pairs{{0x20000208 + 104, 40}})) << "at a multiple of 8";
  EXPECT_EQ(stretches(Region::kData), (Pairs{{0x20000000, 12}, {0x20000010, 100}}));
  EXPECT_EQ(stretches(Region::kStack), (Pairs{{0x20000200 - 48, 48}})) << "the part that is used";
  EXPECT_EQ(places.BitsIn(Region::kState), 808u);
}

// The architecture manuals: bits 1:0 of SP and bit 0 of PC are zero; xPSR has N, Z, C and V, of Armv7-M Q
// too.
TEST(FindPlaces, RegistersHaveTheBitsThatTheArchitectureHas) {
  const auto bits = [](std::string_view core) { return PlacesOn(core).BitsIn(Region::kRegister); };
  EXPECT_EQ(bits("m0"), 14u * 32 + 30 + 31 + 4);
  EXPECT_EQ(bits("m3"), 14u * 32 + 30 + 31 + 5);
  EXPECT_EQ(bits("m4f"), 14u * 32 + 30 + 31 + 5 + 32 * 32);
  const std::vector<RegisterBits> registers = PlacesOn("m4f").registers;
  ASSERT_EQ(registers.size(), 16u + 1 + 32);
  EXPECT_EQ(registers[13].first, 2);
  EXPECT_EQ(registers[15].first, 1);
  EXPECT_EQ(registers[16].number, DebugRegister::kXpsr);
  EXPECT_EQ(registers[16].first, 27);
  EXPECT_EQ(registers[17].number, DebugRegister::kS0);
  for (const RegisterBits& each : registers) EXPECT_EQ(each.first + each.bits, 32);
}

TEST(FindPlaces, FirmwareWithoutASymbolIsRefused) {
  for (size_t i = 0; i < kSymbols.size(); ++i) {
    std::vector<SmallSymbol> symbols = kSymbols;
    symbols.erase(symbols.begin() + static_cast<ptrdiff_t>(i));
    const auto places = FindPlaces(*SmallImage(kSections, symbols), *emulation::FindCore("m3"), kUse);
    ASSERT_FALSE(places.ok()) << kSymbols[i].name;
    EXPECT_THAT(places.error().message, ::testing::HasSubstr("lacks the symbols"));
  }
}

}  // namespace
}  // namespace atome::harness
