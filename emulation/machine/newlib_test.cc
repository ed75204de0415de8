// A guest built with newlib's own semihosting, which takes paths that hand-written firmware does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulation/boards/board.h"
#include "emulation/machine/machine.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

// The mean of 1 to 100 is known. The cycles are those of the loop between two reads of the counter.
std::string Cycles(const RunResult& result, int architecture) {
  EXPECT_EQ(result.outcome, Outcome::kExited) << result.message;
  EXPECT_EQ(result.exit_code, 0);
  const std::string begin = "Hello from newlib " + std::to_string(architecture) +
                            "\nmean 31.420 steps, 1/3 = 0.333333\nloop cycles: ";
  EXPECT_THAT(result.output, ::testing::StartsWith(begin));
  return result.output.substr(std::min(begin.size(), result.output.size()));
}

RunRequest OnBoard(std::string_view guest, std::string_view board) {
  RunRequest request = GuestRequest(guest, FindBoard(board)->core);
  request.board = FindBoard(board);
  return request;
}

TEST(Newlib, RunsOnACoreThroughSysTick) {
  ATOME_REQUIRE_GUESTS();
  const std::string cycles = Cycles(UnicornMachine().Run(GuestRequest("newlib_microbit", "m0")), 6);
  EXPECT_EQ(cycles, Cycles(UnicornMachine().Run(OnBoard("newlib_microbit", "microbit")), 6))
      << "flash without wait states";
  EXPECT_GT(std::stoi(cycles), 3142 * 5);
  EXPECT_LT(std::stoi(cycles), 3142 * 15);
}

TEST(Newlib, RunsOnABoardThroughTheCycleCounter) {
  ATOME_REQUIRE_GUESTS();
  const std::string cycles = Cycles(UnicornMachine().Run(OnBoard("newlib_bluepill", "bluepill")), 7);
  EXPECT_GT(std::stoi(cycles), 3142 * 5);
  EXPECT_LT(std::stoi(cycles), 3142 * 20);
  const RunRequest bare = GuestRequest("newlib_bluepill", "m3");
  EXPECT_LT(std::stoi(Cycles(UnicornMachine().Run(bare), 7)), std::stoi(cycles)) << "no wait states";
  const RunResult qemu = QemuMachine().Run(bare);
  EXPECT_EQ(qemu.outcome, Outcome::kRejected) << "its flash is at 0";
  EXPECT_THAT(qemu.message, ::testing::HasSubstr("use --runner unicorn"));
}

TEST(Newlib, RunsOnBoardsOfACoreWithoutCycles) {
  ATOME_REQUIRE_GUESTS();
  for (const std::string board : {"pico2", "nrf5340"}) {
    const RunResult result = UnicornMachine().Run(OnBoard("newlib_" + board, board));
    EXPECT_EQ(std::stoi(Cycles(result, 8)), 0) << board << ": there is no counter";
    EXPECT_EQ(result.cycles, std::nullopt);
    EXPECT_EQ(result.not_modelled.size(), 1u) << board;
  }
}

TEST(Newlib, AgreesWithQemu) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("newlib_microbit", "m0");
  const RunResult qemu = QemuMachine().Run(request);
  if (qemu.outcome == Outcome::kToolMissing) GTEST_SKIP() << qemu.message;
  const RunResult unicorn = UnicornMachine().Run(request);
  EXPECT_EQ(qemu.output.substr(0, 50), unicorn.output.substr(0, 50)) << "QEMU's SysTick is not of cycles";
  request.board = FindBoard("microbit");
  EXPECT_EQ(QemuMachine().Run(request).outcome, Outcome::kExited) << "QEMU has this board";
  request = GuestRequest("newlib_bluepill", "m3");
  request.board = FindBoard("bluepill");
  const RunResult absent = QemuMachine().Run(request);
  EXPECT_EQ(absent.outcome, Outcome::kToolMissing);
  EXPECT_EQ(absent.message, "QEMU has no Blue Pill: use --runner unicorn")
      << "not --core: the image is not linked at 0";
}

TEST(Newlib, WhatDoesNotFitABoardSaysByHowMuch) {
  ATOME_REQUIRE_GUESTS();
  const RunResult result = UnicornMachine().Run(OnBoard("write_unmapped", "microbit"));
  EXPECT_EQ(result.outcome, Outcome::kFault);
  EXPECT_THAT(UnicornMachine().Run(OnBoard("newlib_bluepill", "mps2-an385")).message,
              ::testing::ContainsRegex("in all [0-9]+ bytes are outside"));
}

}  // namespace
}  // namespace atome::emulation
