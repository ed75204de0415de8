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
          .vector_address = 0x08000000};
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
  map.memories.resize(1);
  EXPECT_EQ(map.ram().begin, 0x08000400u) << "there is no other";
  EXPECT_EQ(MemoryMap{}.WritableRun(0).bytes, 0u);
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

TEST(MemoryMap, ReadsRights) {
  EXPECT_TRUE(ParseRights("rwx")->writable);
  EXPECT_TRUE(ParseRights("xr")->executable);
  EXPECT_FALSE(ParseRights("r")->writable);
  for (const char* text : {"", "w", "rr", "rwxx", "RWX", "r-x"}) EXPECT_FALSE(ParseRights(text)) << text;
}

}  // namespace
}  // namespace atome::emulation
