// What a run may take of the host: time, and memory.
#include "emulation/machine/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "emulation/base/subprocess.h"
#include "emulation/machine/guest_memory.h"
#include "emulation/machine/machine.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;

struct GuestOnCore {
  const char* guest;
  const char* core;
};

class CodeIsForgotten : public ::testing::TestWithParam<GuestOnCore> {};

// With so little memory all code is forgotten every few blocks, in the emulator too.
TEST_P(CodeIsForgotten, AndNothingIsDifferent) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest(GetParam().guest, GetParam().core);
  request.annotate = request.core->has_cycles();
  const RunResult kept = UnicornMachine().Run(request);
  request.memory_limit_bytes = 1 << 20;
  const RunResult forgot = UnicornMachine().Run(request);
  EXPECT_EQ(kept.outcome, forgot.outcome) << kept.message << " / " << forgot.message;
  EXPECT_EQ(kept.message, forgot.message);
  EXPECT_EQ(kept.exit_code, forgot.exit_code);
  EXPECT_EQ(kept.output, forgot.output);
  EXPECT_EQ(kept.instructions, forgot.instructions);
  EXPECT_EQ(kept.cycles, forgot.cycles);
  EXPECT_TRUE(kept.marks == forgot.marks);
  EXPECT_EQ(kept.stack_bytes, forgot.stack_bytes);
  EXPECT_EQ(kept.process_stack_bytes, forgot.process_stack_bytes);
  EXPECT_EQ(kept.fault_count, forgot.fault_count);
  ASSERT_EQ(kept.annotation.size(), forgot.annotation.size());
  for (size_t i = 0; i < kept.annotation.size(); ++i) {
    EXPECT_EQ(kept.annotation[i].executions, forgot.annotation[i].executions) << kept.annotation[i].address;
    EXPECT_EQ(kept.annotation[i].cycles, forgot.annotation[i].cycles) << kept.annotation[i].address;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Guests, CodeIsForgotten,
    ::testing::Values(GuestOnCore{"work_m3", "m3"}, GuestOnCore{"work_m4f", "m4f"},
                      GuestOnCore{"work_m7", "m7"}, GuestOnCore{"work_m33", "m33"},
                      GuestOnCore{"exceptions_m3", "m3"}, GuestOnCore{"fault_handlers_m3", "m3"},
                      GuestOnCore{"fault_handlers_m7", "m7"}, GuestOnCore{"ticks_m4f", "m4f"},
                      GuestOnCore{"interrupted_m3_37", "m3"}, GuestOnCore{"interrupted_m7_101", "m7"},
                      GuestOnCore{"stack_limit", "m33"}, GuestOnCore{"cycle_counter_m3", "m3"},
                      GuestOnCore{"late_fault_m4f", "m4f"}, GuestOnCore{"task_overflow", "m3"},
                      GuestOnCore{"overlay_ldr", "m3"}, GuestOnCore{"code_in_ram", "m0"},
                      GuestOnCore{"rtt", "m0"}),
    [](const auto& each) { return std::string(each.param.guest); });

TEST(Limits, LoadingTakesOfTheTime) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("hello", "m0");
  request.time_limit = std::chrono::milliseconds(0);
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kTimeLimit);
  if (FindProgram("qemu-system-arm").empty()) return;
  EXPECT_EQ(QemuMachine().Run(request).outcome, Outcome::kTimeLimit);
}

TEST(Limits, WhatARunKeepsIsBounded) {
  ATOME_REQUIRE_GUESTS();
  RunRequest request = GuestRequest("mark_flood", "m0");
  EXPECT_THAT(UnicornMachine().Run(request).message, HasSubstr("too many marks"));
  request.memory_limit_bytes = kLeastMemoryLimitBytes;
  const RunResult result = UnicornMachine().Run(request);
  EXPECT_EQ(result.outcome, Outcome::kFault);
  EXPECT_THAT(result.message, HasSubstr("too much memory"));
  EXPECT_LT(result.marks.size() * sizeof(Mark), kLeastMemoryLimitBytes);
}

TEST(Limits, QemuMayNotTakeMore) {
  ATOME_REQUIRE_GUESTS();
  if (FindProgram("qemu-system-arm").empty()) GTEST_SKIP() << "qemu-system-arm is not installed";
  RunRequest request = GuestRequest("spin", "m0");
  request.memory_limit_bytes = 4 << 20;  // less than it takes to start
  const RunResult result = QemuMachine().Run(request);
  EXPECT_NE(result.outcome, Outcome::kTimeLimit) << result.message;
  EXPECT_FALSE(result.message.empty());
}

}  // namespace
}  // namespace atome::emulation
