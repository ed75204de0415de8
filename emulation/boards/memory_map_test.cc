#include "emulation/boards/memory_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;

MemoryMap Map() {
  return {.memories =
              {{.name = "flash", .address = 0x08000000, .bytes = 0x10000, .writable = false, .aliases = {0}},
               {.name = "SRAM1", .address = 0x20000000, .bytes = 0x4000},
               {.name = "SRAM2", .address = 0x20004000, .bytes = 0x1000, .aliases = {0x10000000}},
               {.name = "ROM", .address = 0x1FFF0000, .bytes = 0x10000, .writable = false}},
          .program_address = 0x08000000,
          .vector_address = 0x08000000,
          .title = {}};
}

TEST(MemoryMap, FindsTheMemoryOfAnAddress) {
  const MemoryMap map = Map();
  const auto name = [&map](uint32_t address) {
    const Memory* const memory = map.At(address);
    return memory == nullptr ? std::string() : memory->name;
  };
  EXPECT_EQ(name(0), "flash");
  EXPECT_EQ(name(0x0800FFFF), "flash");
  EXPECT_EQ(name(0x08010000), "");
  EXPECT_EQ(name(0x10000FFF), "SRAM2");
  EXPECT_EQ(name(0x1FFFFFFF), "ROM");
  EXPECT_TRUE(map.IsWritable(0x20003FFF));
  EXPECT_TRUE(map.IsWritable(0x10000000));
  EXPECT_FALSE(map.IsWritable(0));
  EXPECT_FALSE(map.IsWritable(0x40000000));
}

TEST(MemoryMap, MemoriesWithoutAGapAreOneRun) {
  MemoryMap map = Map();
  for (const uint32_t address : {0x20000000u, 0x20004000u, 0x20005000u}) {
    EXPECT_EQ(map.WritableRun(address).begin, 0x20000000u);
    EXPECT_EQ(map.WritableRun(address).bytes, 0x5000u);
  }
  EXPECT_EQ(map.WritableRun(0x20005001).bytes, 0u);
  EXPECT_EQ(map.WritableRun(0x1FFFFFFF).bytes, 0u) << "ROM";
  EXPECT_EQ(map.WritableRun(0x10000800).bytes, 0x1000u) << "the alias";
  EXPECT_EQ(map.ram().bytes, 0x5000u);
  map.memories[0].writable = true;
  map.protected_bytes = 0x400;
  EXPECT_EQ(map.WritableRun(0x08000400).bytes, 0xFC00u);
  EXPECT_EQ(map.WritableRun(0x08000000).bytes, 0u) << "protected";
  EXPECT_FALSE(map.IsWritable(0x080003FF));
  EXPECT_TRUE(map.IsWritable(0x08000400));
  map.protected_bytes = 0xFFFF;
  map.memories.push_back({.name = "behind", .address = 0x08010000, .bytes = 0x400});
  EXPECT_EQ(map.WritableRun(0x08010000).begin, 0x0800FFFFu) << "the one byte in front";
  EXPECT_EQ(map.WritableRun(0x08010000).bytes, 0x401u);
  map.protected_bytes = 0x400;
  map.memories.resize(1);
  EXPECT_EQ(map.ram().begin, 0x08000400u) << "there is no other";
  EXPECT_EQ(MemoryMap{}.WritableRun(0).bytes, 0u);
}

TEST(MemoryMap, ARunMayBeginAtZero) {
  MemoryMap map = Map();
  map.memories[0].aliases = {};
  map.memories.push_back({.name = "low", .address = 0, .bytes = 0x800});
  EXPECT_EQ(map.WritableRun(0).begin, 0u);
  EXPECT_EQ(map.WritableRun(0).bytes, 0x800u);
  EXPECT_EQ(map.WritableRun(0x7FF).bytes, 0x800u);
}

TEST(MemoryMap, SaysWhyMemoriesCannotBe) {
  EXPECT_EQ(WhyNotSound(Map().memories, true), "");
  const auto with = [](Memory memory, bool bit_band = true) {
    MemoryMap map = Map();
    map.memories.push_back(std::move(memory));
    return WhyNotSound(map.memories, bit_band);
  };
  EXPECT_EQ(with({.name = "end", .address = 0xDFFFFC00, .bytes = 1024}), "");
  EXPECT_THAT(with({.name = "end", .address = 0xE0000000, .bytes = 1024}), HasSubstr("own peripherals"));
  EXPECT_THAT(with({.name = "io", .address = 0x5FFFFC00, .bytes = 2048}), HasSubstr("where peripherals are"));
  EXPECT_THAT(with({.name = "bits", .address = 0x23FFFC00, .bytes = 1024}), HasSubstr("bit-band"));
  EXPECT_EQ(with({.name = "bits", .address = 0x23FFFC00, .bytes = 1024}, false), "");
  EXPECT_THAT(with({.name = "more", .address = 0x10000C00, .bytes = 1024}), HasSubstr("SRAM2"));
  EXPECT_THAT(with({.name = "odd", .address = 0x30000200, .bytes = 1024}), HasSubstr("multiple of 1024"));
  EXPECT_THAT(with({.name = "none", .address = 0x30000000, .bytes = 0}), HasSubstr("multiple of 1024"));
  EXPECT_THAT(WhyNotSound({}, true), HasSubstr("there is no memory"));
}

// Each limit at its last place and behind it.
TEST(MemoryMap, LimitsAreMet) {
  const struct {
    uint32_t address, bytes;
    bool sound, sound_with_bit_band;
  } kPlaces[] = {{0x3FFFFC00, 0x400, true, true},     {0x3FFFFC00, 0x800, false, false},
                 {0x40000000, 0x400, false, false},   {0x5FFFFC00, 0x400, false, false},
                 {0x60000000, 0x400, true, true},     {0x21FFFC00, 0x400, true, true},
                 {0x21FFFC00, 0x800, true, false},    {0x22000000, 0x400, true, false},
                 {0x23FFFC00, 0x400, true, false},    {0x24000000, 0x400, true, true},
                 {0xDFFFFC00, 0x800, false, false},   {0xFFFFFC00, 0x400, false, false},
                 {0x20005000, 0x400, true, true},     {0x20004C00, 0x400, false, false},
                 {0x30000000, 64u << 20, true, true}, {0x30000000, (64u << 20) + 0x400, false, false},
                 {0x30000000, 0x3FF, false, false},   {0x30000000, 0x401, false, false},
                 {0x300003FF, 0x400, false, false},   {0x30000400, 0x400, true, true}};
  for (const auto& place : kPlaces) {
    MemoryMap map = Map();
    map.memories.push_back({.name = "more", .address = place.address, .bytes = place.bytes});
    EXPECT_EQ(WhyNotSound(map.memories, false).empty(), place.sound)
        << std::hex << place.address << " " << place.bytes;
    EXPECT_EQ(WhyNotSound(map.memories, true).empty(), place.sound_with_bit_band)
        << std::hex << place.address;
  }
  std::vector<Memory> many;
  for (uint32_t k = 0; k < 32; ++k)
    many.push_back({.name = "m" + std::to_string(k), .address = 0x60000000 + k * 0x800, .bytes = 0x400});
  EXPECT_EQ(WhyNotSound(many, true), "");
  many.push_back({.name = "m32", .address = 0x70000000, .bytes = 0x400});
  EXPECT_THAT(WhyNotSound(many, true), HasSubstr("33 memories; give at most 32"));
  std::vector<Memory> large;
  for (uint32_t k = 0; k < 4; ++k)
    large.push_back({.name = "m" + std::to_string(k), .address = 0x60000000 + (k << 26), .bytes = 64u << 20});
  EXPECT_EQ(WhyNotSound(large, true), "") << "256 MiB";
  large.push_back({.name = "m4", .address = 0x80000000, .bytes = 0x400});
  EXPECT_THAT(WhyNotSound(large, true), HasSubstr("give at most 256M"));
  // Where an image may be placed: up to peripherals.
  for (const uint32_t at : {0x3FFF0000u, 0x3FFF0400u, 0x3FFF0200u}) {
    MemoryMap map = Map();
    map.memories[0].image_places = {at};
    EXPECT_EQ(WhyNotSound(map.memories, true).empty(), at == 0x3FFF0000) << std::hex << at;
  }
}

TEST(MemoryMap, ReadsAMemoryOfTheCommandLine) {
  std::string why;
  const auto read = [&why](const char* text) { return ParseMemoryOverride(text, why); };
  const auto memory = read("S=0x20010000:64K:rx");
  ASSERT_TRUE(memory) << why;
  EXPECT_EQ(memory->name, "S");
  EXPECT_EQ(memory->address, 0x20010000u);
  EXPECT_EQ(memory->bytes, 0x10000u);
  EXPECT_FALSE(memory->rights->writable);
  EXPECT_TRUE(memory->rights->executable);
  EXPECT_EQ(TextOf(*memory), "S=0x20010000:64K:rx");
  EXPECT_FALSE(read("S=0x20010000:64K").value().rights);
  EXPECT_EQ(TextOf(read("S=0x20010000:1023").value()), "S=0x20010000:1023");
  EXPECT_EQ(TextOf(read("S=0x20010000:2K:rw").value()), "S=0x20010000:2K:rw");
  for (const char* bad :
       {"", "=", "=0x0:1K", "S", "S=", "S=0x0", "S=0x0:", "S=:1K", "S=0x0:1K:", "S=0x0:1K:w", "S:0x0=1K"})
    EXPECT_FALSE(read(bad)) << bad;
}

TEST(MemoryMap, AMemoryThatIsPutReplacesItsNamesake) {
  MemoryMap map = Map();
  map.Put({.name = "SRAM2", .address = 0x20004000, .bytes = 0x2000, .rights = {}});
  EXPECT_EQ(map.memories[2].bytes, 0x2000u);
  EXPECT_EQ(map.memories[2].aliases, std::vector<uint32_t>{0x10000000}) << "at its address";
  map.Put({.name = "SRAM2", .address = 0x20008000, .bytes = 0x2000, .rights = {}});
  EXPECT_TRUE(map.memories[2].aliases.empty()) << "elsewhere";
  map.Put({.name = "ROM", .address = 0x1FFF0000, .bytes = 0x400, .rights = {}});
  EXPECT_FALSE(map.memories[3].writable) << "as it was";
  map.Put({.name = "ROM", .address = 0x1FFF0000, .bytes = 0x400, .rights = Rights{true, false}});
  EXPECT_TRUE(map.memories[3].writable);
  EXPECT_FALSE(map.memories[3].executable);
  ASSERT_EQ(map.memories.size(), 4u);
  map.Put({.name = "new", .address = 0x30000000, .bytes = 0x400, .rights = {}});
  ASSERT_EQ(map.memories.size(), 5u);
  EXPECT_TRUE(map.memories[4].writable);
  map.vector_address += 0x100;
  map.Put({.name = "flash", .address = 0x08010000, .bytes = 0x10000, .rights = {}});
  EXPECT_EQ(map.program_address, 0x08010000u);
  EXPECT_EQ(map.vector_address, 0x08010100u) << "as far behind";
}

TEST(MemoryMap, ReadsRights) {
  EXPECT_TRUE(ParseRights("rwx")->writable);
  EXPECT_TRUE(ParseRights("xr")->executable);
  EXPECT_FALSE(ParseRights("r")->writable);
  for (const char* text : {"", "w", "rr", "rwxx", "RWX", "r-x"}) EXPECT_FALSE(ParseRights(text)) << text;
}

}  // namespace
}  // namespace atome::emulation
