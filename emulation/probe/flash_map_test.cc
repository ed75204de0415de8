#include "emulation/probe/flash_map.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace atome::emulation::probe {
namespace {

// As OpenOCD describes an STM32F411.
constexpr std::string_view kMap =
    "<?xml version=\"1.0\"?>\n<memory-map>\n"
    "<memory type=\"ram\" start=\"0x00000000\" length=\"0x8000000\"/>\n"
    "<memory type=\"flash\" start=\"0x8000000\" length=\"0x10000\">\n"
    "<property name=\"blocksize\">0x4000</property>\n</memory>\n"
    "<memory type='flash' start='0x8010000' length='0x10000'><property "
    "name='blocksize'>65536</property></memory>"
    "<memory type=\"ram\" start=\"0x08080000\" length=\"0xf7f80000\"/>\n</memory-map>\n";

TEST(FlashMap, HasFlashAlone) {
  const auto flashes = ParseFlashMap(kMap);
  ASSERT_EQ(flashes.size(), 2u);
  EXPECT_EQ(flashes[0].range.begin, 0x08000000u);
  EXPECT_EQ(flashes[0].range.bytes, 0x10000u);
  EXPECT_EQ(flashes[0].block_bytes, 0x4000u);
  EXPECT_EQ(flashes[1].block_bytes, 65536u);
}

TEST(FlashMap, BlocksAreWhole) {
  const auto flashes = ParseFlashMap(kMap);
  const auto expect = [&](uint32_t address, uint32_t bytes, uint32_t begin, uint32_t size) {
    const MemoryRange range = BlocksOf(flashes, address, bytes);
    EXPECT_EQ(range.begin, begin) << address;
    EXPECT_EQ(range.bytes, size) << address;
  };
  expect(0x08000000, 1, 0x08000000, 0x4000);
  expect(0x08003fff, 2, 0x08000000, 0x8000);
  expect(0x08004000, 0x4000, 0x08004000, 0x4000);
  expect(0x0800ffff, 1, 0x0800c000, 0x4000);
  expect(0x0800ffff, 2, 0, 0);  // goes over into the next
  expect(0x08000000, 0, 0, 0);
  expect(0x20000000, 4, 0, 0);
  expect(0x07ffffff, 2, 0, 0);
}

TEST(FlashMap, WhatMakesNoSenseIsLeftOut) {
  for (
      const std::string element :
      {R"(<memory type="flash" start="0" length="0"><property name="blocksize">1</property></memory>)",
       R"(<memory type="flash" start="0" length="16"><property name="blocksize">0</property></memory>)",
       R"(<memory type="flash" start="0" length="16"><property name="blocksize">32</property></memory>)",
       R"(<memory type="flash" start="0xfffffff0" length="32"><property name="blocksize">16</property></memory>)",
       R"(<memory type="flash" start="-1" length="32"><property name="blocksize">16</property></memory>)",
       R"(<memory type="flash" length="32"><property name="blocksize">16</property></memory>)",
       R"(<memory type="flash" start="0" length="32"/>)", R"(<memory type="flash" start=")", R"(<memory )"})
    EXPECT_TRUE(ParseFlashMap(element).empty()) << element;
}

TEST(FlashMap, AnyTextMayCome) {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string text(kMap);
    for (auto changes = random() % 8; changes > 0; --changes)
      text[random() % text.size()] = static_cast<char>(random());
    text.resize(text.size() - random() % text.size());
    for (const Flash& flash : ParseFlashMap(text)) {
      EXPECT_GT(flash.block_bytes, 0u);
      const MemoryRange range = BlocksOf({flash}, flash.range.begin, 1);
      EXPECT_LE(range.end(), flash.range.end());
    }
  }
}

}  // namespace
}  // namespace atome::emulation::probe
