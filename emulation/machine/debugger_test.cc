// What a debugger sees and does at a BKPT of the guest breakpoint: NOP, BKPT #1, then the exit with 0.
#include "emulation/machine/debugger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <vector>

#include "emulation/machine/machine.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

class Script final : public Debugger {
 public:
  explicit Script(std::function<Then(DebugView&)> at_stop) : at_stop_(std::move(at_stop)) {}
  bool attached() const override { return true; }
  Then OnInstruction(DebugView&, uint32_t pc) override {
    places.push_back(pc);
    return Then::kRun;
  }
  Then OnStop(DebugView& machine, DebugStop why) override {
    stops.push_back(why);
    return at_stop_(machine);
  }
  void OnExit(DebugView&, int code) override { exit_code = code; }

  std::vector<uint32_t> places;
  std::vector<DebugStop> stops;
  std::optional<int> exit_code;

 private:
  std::function<Then(DebugView&)> at_stop_;
};

class DebuggerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ATOME_REQUIRE_GUESTS();
    breakpoint_ = GuestSymbol("breakpoint", "faulting");
  }
  static RunResult Run(Script& script) {
    RunRequest request = GuestRequest("breakpoint", "m3");
    request.debugger = &script;
    return UnicornMachine().Run(request);
  }
  uint32_t breakpoint_ = 0;
};

TEST_F(DebuggerTest, GoesOnBehindABreakpoint) {
  Script script([](DebugView&) { return Debugger::Then::kRun; });
  const RunResult result = Run(script);
  EXPECT_EQ(result.outcome, Outcome::kExited) << result.message;
  EXPECT_EQ(script.exit_code, 0);
  EXPECT_THAT(script.stops, ::testing::ElementsAre(DebugStop::kBreakpointInstruction));
  ASSERT_GE(script.places.size(), 3u);
  EXPECT_EQ(script.places[0], breakpoint_ - 2);
  EXPECT_EQ(script.places[1], breakpoint_);
  EXPECT_EQ(script.places[2], breakpoint_ + 2);
}

TEST_F(DebuggerTest, EndsTheRunThere) {
  Script script([](DebugView&) { return Debugger::Then::kEnd; });
  EXPECT_EQ(Run(script).outcome, Outcome::kEnded);
  EXPECT_FALSE(script.exit_code);
  EXPECT_EQ(script.places.back(), breakpoint_);
}

TEST_F(DebuggerTest, GoesWhereItIsTold) {
  int left = 2;
  Script script([&](DebugView& machine) {
    if (left-- > 0) machine.WriteRegister(DebugRegister::kPc, breakpoint_ - 2);
    return Debugger::Then::kRun;
  });
  EXPECT_EQ(Run(script).outcome, Outcome::kExited);
  EXPECT_EQ(script.stops.size(), 3u);
  ASSERT_GE(script.places.size(), 5u);
  EXPECT_EQ(script.places[2], breakpoint_ - 2) << "the NOP again";
  EXPECT_EQ(script.places[3], breakpoint_);
}

TEST_F(DebuggerTest, AWrittenMemoryAloneIsNoOtherPlace) {
  Script script([](DebugView& machine) {
    const std::array<uint8_t, 4> bytes{1, 2, 3, 4};
    EXPECT_TRUE(machine.WriteMemory(kRamAddress, bytes));
    return Debugger::Then::kRun;
  });
  EXPECT_EQ(Run(script).outcome, Outcome::kExited);
  EXPECT_EQ(script.stops.size(), 1u) << "it goes on behind the BKPT";
}

TEST_F(DebuggerTest, SeesRegistersAndMemory) {
  Script script([&](DebugView& machine) {
    EXPECT_EQ(machine.ReadRegister(DebugRegister::kPc), breakpoint_);
    machine.WriteRegister(DebugRegister{4}, 0x12345678);
    EXPECT_EQ(machine.ReadRegister(DebugRegister{4}), 0x12345678u);
    const auto image = GuestImage("breakpoint");
    EXPECT_EQ(machine.ReadRegister(DebugRegister{13}), image->WordAt(0));
    std::array<uint8_t, 4> bytes{};
    EXPECT_TRUE(machine.ReadMemory(breakpoint_, std::span(bytes).first(2)));
    EXPECT_EQ(bytes[0], 1) << "BKPT #1 is 0xBE01";
    EXPECT_EQ(bytes[1], 0xBE);
    EXPECT_TRUE(machine.ReadMemory(0xE000ED00, bytes));
    EXPECT_EQ(bytes[3], 0x41) << "CPUID: made by Arm";
    EXPECT_EQ((bytes[1] << 8 | bytes[0]) >> 4, 0xC23) << "a Cortex-M3";
    EXPECT_FALSE(machine.ReadMemory(0xE000ED01, bytes)) << "by whole words only";
    EXPECT_FALSE(machine.ReadMemory(0xE00FFFFE, bytes));
    EXPECT_FALSE(machine.ReadMemory(0x60000000, bytes)) << "nothing is there";
    EXPECT_FALSE(machine.ReadMemory(0xF0000000, bytes));
    EXPECT_EQ(machine.instructions(), Instructions{1});
    return Debugger::Then::kRun;
  });
  EXPECT_EQ(Run(script).outcome, Outcome::kExited);
  EXPECT_EQ(script.stops.size(), 1u);
}

// CONTROL.FPCA is 0 until an FPU instruction runs: eight words are stacked, even with an FPU and FPCCR.ASPEN.
TEST(DebuggedMachine, WithoutFloatsABasicFrameIsStacked) {
  ATOME_REQUIRE_GUESTS();
  class Watch final : public Debugger {
   public:
    bool attached() const override { return true; }
    Then OnInstruction(DebugView& machine, uint32_t) override {
      const bool handler = (machine.ReadRegister(DebugRegister::kXpsr) & 0x1FF) != 0;
      const uint32_t stack = machine.ReadRegister(DebugRegister{13});
      if (handler && !bytes) {
        bytes = before - stack;
        link = machine.ReadRegister(DebugRegister{14});
      }
      if (!handler) before = stack;
      return Then::kRun;
    }
    Then OnStop(DebugView&, DebugStop) override { return Then::kRun; }
    void OnExit(DebugView&, int) override {}
    uint32_t before = 0, link = 0;
    std::optional<uint32_t> bytes;
  } watch;
  RunRequest request = GuestRequest("exceptions_m3", "m4f");
  request.debugger = &watch;
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kExited);
  EXPECT_EQ(watch.bytes, 32u);
  EXPECT_EQ(watch.link, 0xFFFFFFF9u);
}

}  // namespace
}  // namespace atome::emulation
