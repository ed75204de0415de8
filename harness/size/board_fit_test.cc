#include "harness/size/board_fit.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "emulation/boards/board.h"
#include "harness/run/firmware_store.h"
#include "harness/testing/repository.h"
#include "harness/testing/small_elf.h"

namespace atome::harness {
namespace {

using testing::TinyModel;

const emulation::MemoryMap kMap = {
    .memories = {{.name = "flash", .address = 0, .bytes = 1000, .writable = false},
                 {.name = "RAM", .address = 0x20000000, .bytes = 2000}},
    .title = "a board"};

TEST(MemoryNeeds, FitToTheByte) {
  EXPECT_TRUE((MemoryNeeds{1000, 2000}.Fit(kMap)));
  EXPECT_FALSE((MemoryNeeds{1001, 2000}.Fit(kMap)));
  EXPECT_FALSE((MemoryNeeds{1000, 2001}.Fit(kMap)));
}

TEST(MemoryNeeds, OfAFirmware) {
  const Result<Firmware> firmware = FindFirmware(TinyModel("tiny_odd", 2), "m3", false);
  if (!firmware.ok()) GTEST_SKIP() << firmware.error().message;
  std::string error;
  const auto image = emulation::ElfImage::Read(firmware->elf, firmware->name, error);
  ASSERT_NE(image, nullptr) << error;
  const uint32_t fixed = *image->FindSymbol("atome_arena_begin") - 0x20000000;
  const auto needs = NeedsOf(*image, kMap, 17, 10);
  ASSERT_TRUE(needs.has_value());
  EXPECT_EQ(needs->ram_bytes, fixed + 24 + 40) << "the logits begin at a multiple of 8";
  uint64_t end = 0;
  for (const auto& segment : image->segments()) {
    if (!segment.bytes.empty()) end = std::max<uint64_t>(end, segment.load_address + segment.bytes.size());
  }
  EXPECT_EQ(needs->flash_bytes, end);
  EXPECT_GT(needs->flash_bytes, 2000u);
}

TEST(MemoryNeeds, AreUnknownWithoutAnArenaInRam) {
  const auto needs = [](const std::vector<testing::SmallSymbol>& symbols) {
    const auto image =
        testing::SmallImage({{.name = ".text", .address = 0, .bytes = std::string(64, 1)}}, symbols);
    return NeedsOf(*image, kMap, 17, 10);
  };
  EXPECT_FALSE(needs({}).has_value());
  EXPECT_FALSE(needs({{"atome_arena_begin", 0x1FFFFFF8}}).has_value()) << "below RAM";
  ASSERT_TRUE(needs({{"atome_arena_begin", 0x20000000}}).has_value()) << "firmware without variables";
  EXPECT_EQ(needs({{"atome_arena_begin", 0x20000000}})->ram_bytes, 24u + 40);
  EXPECT_EQ(needs({{"atome_arena_begin", 0x20000010}})->ram_bytes, 16u + 24 + 40);
  EXPECT_EQ(needs({{"atome_arena_begin", 0x20000010}})->flash_bytes, 64u);
}

}  // namespace
}  // namespace atome::harness
