// Programs in memories that are not one flash and one RAM; images that are not where a chip starts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "emulation/machine/machine.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;

RunResult OnBoard(std::string_view guest, std::string_view board) {
  RunRequest request = GuestRequest(guest, FindBoard(board)->core);
  request.board = FindBoard(board);
  return UnicornMachine().Run(request);
}

TEST(Memories, OfABoardAreThere) {
  ATOME_REQUIRE_GUESTS();
  const RunResult psram = OnBoard("memory_psram", "mps2-an385");
  EXPECT_EQ(psram.outcome, Outcome::kExited) << psram.message;
  EXPECT_EQ(psram.exit_code, 0);
  EXPECT_EQ(OnBoard("memory_ccm", "stm32f407").exit_code, 0);
  EXPECT_EQ(OnBoard("memory_ccm", "stm32f407").outcome, Outcome::kExited);
  const RunResult none = OnBoard("memory_ccm", "nucleo-f411re");
  ASSERT_TRUE(none.fault);
  EXPECT_EQ(none.fault->kind, "write to unmapped memory");
  EXPECT_EQ(none.fault->address, 0x10000000u);
}

TEST(Memories, AnAliasHasTheSameBytes) {
  ATOME_REQUIRE_GUESTS();
  const RunResult alias = OnBoard("memory_alias", "nucleo-l4r5zi");
  EXPECT_EQ(alias.outcome, Outcome::kExited) << alias.message;
  EXPECT_EQ(alias.exit_code, 0);
}

TEST(Memories, StartUpCodeOfNewBoardsRuns) {
  ATOME_REQUIRE_GUESTS();
  const RunResult due = OnBoard("sam_clocks", "arduino-due");
  EXPECT_EQ(due.outcome, Outcome::kExited) << due.message;
  EXPECT_EQ(due.exit_code, 0);
  EXPECT_EQ(due.output, "due");
  RunRequest request = GuestRequest("nrf_clocks", "m4f");
  request.board = FindBoard("nrf52832");
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kExited);
  EXPECT_EQ(OnBoard("memory_ccm", "stm32f429").exit_code, 0);
}

TEST(Memories, DataMemoryHoldsNoCode) {
  ATOME_REQUIRE_GUESTS();
  const RunResult called = OnBoard("memory_ccm_called", "stm32f407");
  ASSERT_TRUE(called.fault) << called.message;
  EXPECT_EQ(called.fault->pc, GuestSymbol("memory_ccm_called", "faulting"));
  EXPECT_THAT(called.fault->cause, HasSubstr("in CCM, which cannot hold code"));
}

TEST(Memories, AreAddedAndChanged) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("memory_more", "m3");
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kFault);
  request.memories = {{.name = "more", .address = 0x30000000, .bytes = 1024, .rights = {}}};
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kExited);
  request.memories[0].rights = Rights{.writable = false, .executable = true};
  const RunResult read_only = UnicornMachine().Run(request);
  ASSERT_TRUE(read_only.fault);
  EXPECT_THAT(read_only.fault->cause, HasSubstr("is in more, which a store cannot change"));
  request.memories[0].address = 0x20000000;
  EXPECT_THAT(UnicornMachine().Run(request).message, HasSubstr("overlap; move or shorten one"));
  EXPECT_THAT(QemuMachine().Run(request).message, HasSubstr("need --runner unicorn"));
}

// The memories that a message proposes.
std::vector<MemoryOverride> Proposed(const std::string& message) {
  std::vector<MemoryOverride> memories;
  const std::string option = " --memory ";
  for (size_t at = message.find(option); at != std::string::npos; at = message.find(option, at)) {
    at += option.size();
    std::string why;
    const auto memory = ParseMemoryOverride(message.substr(at, message.find(' ', at) - at), why);
    EXPECT_TRUE(memory) << why;
    if (memory) memories.push_back(*memory);
  }
  return memories;
}

TEST(Memories, TheRemedyOfAMisfitWorks) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("work_m3", "m3");
  request.memories = {{.name = "flash", .address = 0, .bytes = 1024, .rights = {}},
                      {.name = "RAM", .address = 0x20000000, .bytes = 1024, .rights = {}}};
  const RunResult small = UnicornMachine().Run(request);
  EXPECT_EQ(small.outcome, Outcome::kRejected);
  EXPECT_THAT(small.message, HasSubstr("bytes are outside the 1024 bytes of flash"));
  request.memories = Proposed(small.message);
  EXPECT_EQ(request.memories.size(), 2u) << small.message;
  const RunResult large = UnicornMachine().Run(request);
  EXPECT_EQ(large.outcome, Outcome::kExited) << large.message;
  // Far from where the core has its flash.
  request.memories = {{.name = "flash", .address = 0x60000000, .bytes = 1 << 20, .rights = {}}};
  const RunResult far = UnicornMachine().Run(request);
  request.memories = Proposed(far.message);
  ASSERT_EQ(request.memories.size(), 1u) << far.message;
  EXPECT_EQ(request.memories[0].name, "flash");
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kExited);
}

TEST(Memories, AStackOutsideRamIsToldTheRoomItNeeds) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("newlib_bluepill", "m3");
  request.memories = {{.name = "RAM", .address = 0x20000000, .bytes = 4096, .rights = {}}};
  const RunResult small = UnicornMachine().Run(request);
  ASSERT_TRUE(small.scene) << small.message;
  EXPECT_THAT(small.scene->stack, HasSubstr("starts the stack at 0x20005000, which is not in RAM; it is with "
                                            "--memory RAM=0x20000000:20K"));
  request.memories = Proposed(small.scene->stack);
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kExited);
}

TEST(Memories, ReadAndWrittenAsText) {
  std::string why;
  const auto memory = ParseMemoryOverride("SRAM2=0x20010000:64K:rw", why);
  ASSERT_TRUE(memory) << why;
  EXPECT_EQ(memory->name, "SRAM2");
  EXPECT_EQ(memory->address, 0x20010000u);
  EXPECT_EQ(memory->bytes, 65536u);
  EXPECT_TRUE(memory->rights->writable && !memory->rights->executable);
  EXPECT_EQ(TextOf(*memory), "SRAM2=0x20010000:64K:rw");
  EXPECT_EQ(TextOf(*ParseMemoryOverride("a=0:1500", why)), "a=0x00000000:1500");
  for (const char* text : {"", "a", "=0:1K", "a=0", "a=:1K", "a=0:", "a=x:1K", "a=0:1G",
                           "a=0:1K:", "a=0:1K:w", "a:0=1K", "a=0:1K:rwx:", "a=-1:1K"}) {
    EXPECT_FALSE(ParseMemoryOverride(text, why)) << text;
    EXPECT_THAT(why, HasSubstr("as in SRAM2=0x20010000:64K:rwx"));
  }
}

TEST(Vectors, OfAnImageBehindABootLoader) {
  ATOME_REQUIRE_GUESTS();
  const RunResult plain = UnicornMachine().Run(GuestRequest("exceptions_m3", "m3"));
  RunRequest request = GuestRequest("exceptions_behind", "m3");
  for (const Board* board : {static_cast<const Board*>(nullptr), FindBoard("bluepill")}) {
    request.board = board;
    request.vectors.reset();
    const RunResult refused = UnicornMachine().Run(request);
    EXPECT_EQ(refused.outcome, Outcome::kRejected);
    EXPECT_THAT(refused.message,
                HasSubstr("no vector table: nothing is loaded at 0x08000000; there is one at "
                          "0x08002000: give --vectors 0x08002000"));
    request.vectors = 0x08002000;
    const RunResult behind = UnicornMachine().Run(request);
    EXPECT_EQ(behind.outcome, Outcome::kExited) << behind.message;
    EXPECT_EQ(behind.exit_code, plain.exit_code);
    EXPECT_EQ(behind.output, plain.output);
  }
  request.board = nullptr;
  EXPECT_THAT(QemuMachine().Run(request).message, HasSubstr("need --runner unicorn"));
}

}  // namespace
}  // namespace atome::emulation
