#include "emulation/boards/board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "emulation/boards/core.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;

constexpr uint32_t kKib = 1024, kMib = 1024 * 1024;

TEST(Board, EveryEntryIsSound) {
  std::set<std::string_view> names;
  for (const Board& board : Boards()) {
    SCOPED_TRACE(std::string(board.name));
    EXPECT_TRUE(names.insert(board.name).second) << "named twice";
    EXPECT_EQ(FindCore(board.name), nullptr) << "a core's name";
    for (const std::string_view text :
         {board.title, board.chip, board.flash_path, board.not_modelled, board.source, board.note}) {
      EXPECT_FALSE(text.empty());
    }
    ASSERT_GE(board.memories.size(), 2u);
    EXPECT_EQ(WhyNotSound(board.memories, HasBitBand(*FindCore(board.core))), "");
    EXPECT_GE(board.memories[0].bytes, 16 * kKib);
    EXPECT_TRUE(board.memories[0].executable);
    EXPECT_TRUE(board.memories[1].writable);
    EXPECT_GE(board.memories[1].bytes, 4 * kKib);
    EXPECT_EQ(board.vector_offset % 256, 0u) << "the alignment of a vector table";
    EXPECT_GE(board.clock_hz, 1'000'000u);
    EXPECT_LE(board.clock_hz, 600'000'000u);
  }
  EXPECT_TRUE(names.contains("bluepill")) << "the file was read";
}

TEST(Board, TakesTheProjectsFirmware) {
  for (const Board& board : Boards()) {
    SCOPED_TRACE(board.name);
    const Core& core = *FindCore(board.core);
    // Where the core's cycles are modelled, the project's firmware runs on the board.
    if (!core.has_cycles()) continue;
    EXPECT_EQ(MapOf(board).ram().begin, core.ram_address) << "where it is linked";
    std::vector<uint32_t> places = board.memories[0].aliases;
    const std::vector<uint32_t>& more = board.memories[0].image_places;
    places.insert(places.end(), more.begin(), more.end());
    places.push_back(board.memories[0].address);
    EXPECT_THAT(places, ::testing::Contains(core.flash_address)) << "where it is linked";
    EXPECT_EQ(std::set<uint32_t>(places.begin(), places.end()).size(), places.size());
  }
}

TEST(Board, HasTheMemoriesOfItsChip) {
  const auto at = [](const char* board, uint32_t address) {
    const MemoryMap map = MapOf(*FindBoard(board));
    const Memory* const memory = map.At(address);
    return memory == nullptr ? std::string() : memory->name;
  };
  EXPECT_EQ(at("mps2-an385", 0x21FFFFFF), "PSRAM");
  EXPECT_EQ(at("mps2-an500", 0x60000000), "PSRAM");
  EXPECT_EQ(at("stm32f407", 0x1000FFFF), "CCM");
  EXPECT_FALSE(MapOf(*FindBoard("stm32f407")).At(0x10000000)->executable);
  EXPECT_EQ(at("stm32f746", 0), "ITCM");
  EXPECT_EQ(at("stm32f746", 0x00200000), "flash");
  EXPECT_EQ(at("stm32f746", 0x2000FFFF), "DTCM");
  EXPECT_EQ(at("nucleo-l4r5zi", 0x10000000), "SRAM2") << "an alias";
  EXPECT_EQ(at("nucleo-l4r5zi", 0x20040000), "SRAM3");
  EXPECT_EQ(at("bluepill", 0), "flash");
  EXPECT_EQ(at("bluepill", 0x20005000), "");
  EXPECT_EQ(MapOf(*FindBoard("nucleo-l4r5zi")).ram().bytes, 640 * kKib) << "without a gap";
  EXPECT_EQ(MapOf(*FindBoard("mps2-an385")).ram().bytes, 4 * kMib) << "not PSRAM, which lies apart";
}

TEST(Board, TimingIsOfItsCore) {
  for (const Board& board : Boards()) {
    SCOPED_TRACE(std::string(board.name));
    ASSERT_NE(FindCore(board.core), nullptr);
    if (!FindCore(board.core)->has_cycles()) EXPECT_EQ(board.flash.miss_cycles, 0) << "of no use";
    EXPECT_TRUE(timing::IsSound(board.flash));
    EXPECT_GE(board.flash.miss_cycles, board.wait_states);
    if (board.clock_limits_hz.empty()) continue;
    EXPECT_TRUE(std::ranges::is_sorted(board.clock_limits_hz));
    EXPECT_EQ(board.clock_limits_hz.back(), board.clock_hz) << "the usual full speed";
    EXPECT_EQ(board.clock_limits_hz.size(), board.wait_states + 1u)
        << "one limit for each number of wait states";
  }
}

TEST(Board, TakesTheWaitStatesOfItsClock) {
  std::string why;
  const auto waits = [&why](const char* name, uint32_t hz) {
    const Board* const board = BoardAtClock(*FindBoard(name), hz, why);
    return board == nullptr ? -1 : static_cast<int>(board->wait_states);
  };
  EXPECT_EQ(waits("bluepill", 24'000'000), 0);
  EXPECT_EQ(waits("bluepill", 24'000'001), 1);
  EXPECT_EQ(waits("bluepill", 72'000'000), 2);
  EXPECT_EQ(waits("nucleo-f411re", 16'000'000), 0);
  EXPECT_EQ(waits("nucleo-f411re", 64'000'000), 1);
  EXPECT_EQ(waits("stm32f407", 168'000'000), 5);
  EXPECT_EQ(BoardAtClock(*FindBoard("nucleo-f411re"), 16'000'000, why)->flash.miss_cycles, 0);
  EXPECT_EQ(BoardAtClock(*FindBoard("stm32f746"), 60'000'000, why)->flash.miss_cycles, 5 + 1)
      << "and the bridge";
  EXPECT_EQ(why, "");
  EXPECT_EQ(waits("bluepill", 72'000'001), -1);
  EXPECT_THAT(why, HasSubstr("bluepill runs at up to 72 MHz"));
  EXPECT_EQ(waits("nrf52840", 32'000'000), -1);
  EXPECT_THAT(why, HasSubstr("follows no table"));
  EXPECT_EQ(waits("nrf52840", 64'000'000), 3) << "its own";
}

TEST(Board, IsFoundByName) {
  ASSERT_NE(FindBoard("bluepill"), nullptr);
  EXPECT_EQ(FindBoard("bluepill")->core, "m3");
  EXPECT_EQ(FindBoard("bluepill")->memories[1].bytes, 20 * kKib);
  EXPECT_EQ(FindBoard("nucleo-f411re")->flash.instruction_ways, 64);
  EXPECT_TRUE(FindBoard("rp2040")->flash.unified);
  EXPECT_FALSE(FindBoard("bluepill")->flash.unified);
  EXPECT_EQ(FindBoard("m3"), nullptr);
  EXPECT_EQ(FindBoard(""), nullptr);
}

TEST(Board, TakesAnImageWhereItIsLinked) {
  ATOME_REQUIRE_GUESTS();
  const Board& pill = *FindBoard("bluepill");
  const auto at_8000000 = GuestImage("newlib_bluepill"), at_0 = GuestImage("work_m3");
  EXPECT_EQ(MapFor(pill, *at_8000000).program_address, 0x08000000u);
  EXPECT_EQ(MapFor(pill, *at_8000000).vector_address, 0x08000000u);
  EXPECT_EQ(at_8000000->WhyNotOn(MapFor(pill, *at_8000000)), "");
  EXPECT_EQ(MapFor(pill, *at_0).program_address, 0u);
  EXPECT_EQ(at_0->WhyNotOn(MapFor(pill, *at_0)), "");

  const Board& microbit = *FindBoard("microbit");
  EXPECT_THAT(at_8000000->WhyNotOn(MapFor(microbit, *at_8000000)),
              HasSubstr("does not fit micro:bit: in all "));
}

TEST(Board, ACoreTakesAnImageAtItsOwnFlashOrAtTheUsualOnes) {
  ATOME_REQUIRE_GUESTS();
  const Core& m33 = *FindCore("m33");
  const auto flash = [&m33](const char* guest) { return MapFor(m33, *GuestImage(guest)).program_address; };
  EXPECT_EQ(flash("work_m33"), m33.flash_address);
  EXPECT_EQ(flash("work_m3"), 0u);
  EXPECT_EQ(flash("newlib_bluepill"), 0x08000000u);
  const auto image = GuestImage("work_m33");
  EXPECT_EQ(image->WhyNotOn(MapFor(m33, *image)), "");
}

TEST(Board, CodeMemoryThatIsRamIsWritableBehindTheProgram) {
  ATOME_REQUIRE_GUESTS();
  const auto image = GuestImage("work_m3");
  uint32_t code = 0;
  for (const ElfImage::Segment& segment : image->segments()) {
    if (segment.run_address < kRamAddress) code = segment.run_address + segment.memory_bytes;
  }
  const MemoryMap map = MapFor(*FindBoard("mps2-an385"), *image);
  const uint32_t fixed = code / kMemoryPage * kMemoryPage;
  EXPECT_EQ(map.fixed_bytes(), fixed);
  EXPECT_EQ(map.protected_bytes, fixed);
  EXPECT_TRUE(fixed == 0 || (map.IsProtected(fixed - 1) && !map.IsWritable(fixed - 1)));
  EXPECT_TRUE(map.IsWritable(fixed));
  EXPECT_TRUE(map.IsWritable(4 * kMib - 1));
  EXPECT_FALSE(map.IsWritable(4 * kMib));
  EXPECT_TRUE(map.IsWritable(kRamAddress));
  EXPECT_FALSE(map.IsWritable(kRamAddress - 1));
  EXPECT_FALSE(map.IsWritable(kRamAddress + 4 * kMib));
  EXPECT_EQ(map.WritableRun(4 * kMib).begin, fixed) << "the top of a stack";
  const MemoryMap flash = MapFor(*FindCore("m3"), *image);
  EXPECT_EQ(flash.fixed_bytes(), 4 * kMib);
  EXPECT_FALSE(flash.IsWritable(4 * kMib - 1));
}

TEST(Board, AnImageElsewhereTakesThePlaceOfWhatIsThere) {
  ATOME_REQUIRE_GUESTS();
  const MemoryMap map = MapFor(*FindBoard("stm32f746"), *GuestImage("work_m7"));
  EXPECT_EQ(map.program_address, 0u);
  EXPECT_EQ(map.vector_address, 0u);
  EXPECT_EQ(map.At(0)->name, "flash") << "not ITCM";
  EXPECT_EQ(map.At(0x08000000), nullptr);
  EXPECT_EQ(map.ram().bytes, 320 * kKib);
}

TEST(Board, KnowsTheSecondBootStageOfThePico) {
  ATOME_REQUIRE_GUESTS();
  const Board& pico = *FindBoard("rp2040");
  const auto at_0 = GuestImage("work_m0plus"), at_8000000 = GuestImage("newlib_bluepill");
  EXPECT_EQ(MapFor(pico, *at_0).vector_address, 0u);
  EXPECT_EQ(at_0->WhyNotOn(MapFor(pico, *at_0)), "");
  EXPECT_EQ(MapFor(pico, *at_8000000).vector_address, 0x10000100u) << "fits no place: the chip's own";
}

TEST(Board, SaysByHowMuchAnImageDoesNotFit) {
  ATOME_REQUIRE_GUESTS();
  Board board = *FindBoard("bluepill");
  const auto image = GuestImage("newlib_bluepill");
  const MemoryMap roomy = MapFor(board, *image);
  uint64_t flash_bytes = 0, ram_end = 0;
  for (const ElfImage::Segment& segment : image->segments()) {
    flash_bytes += segment.bytes.size();
    if (segment.run_address >= kRamAddress) {
      ram_end = std::max(ram_end, uint64_t{segment.run_address} + segment.memory_bytes - kRamAddress);
    }
  }
  MemoryMap map = roomy;
  map.memories[0].bytes = 1024;
  const std::string flash = image->WhyNotOn(map);
  EXPECT_THAT(flash, HasSubstr("does not fit Blue Pill: in all "));
  EXPECT_THAT(flash, HasSubstr(" bytes are outside the 1024 bytes of flash at 0x08000000"));
  EXPECT_THAT(flash, HasSubstr("in all " + std::to_string(flash_bytes - 1024) + " bytes"));
  map = roomy;
  map.memories[1].bytes = static_cast<uint32_t>(ram_end - 100);
  EXPECT_THAT(image->WhyNotOn(map),
              HasSubstr("in all 100 bytes are outside the " + std::to_string(map.memories[1].bytes) +
                        " bytes of SRAM at 0x20000000"));
}

}  // namespace
}  // namespace atome::emulation
