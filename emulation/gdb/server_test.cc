// What a GDB gets from the server. It has said all before the server looks, so that one thread is enough.
#include "emulation/gdb/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "emulation/gdb/packet.h"

namespace atome::emulation::gdb {
namespace {

using ::testing::HasSubstr;
using Then = Debugger::Then;

class StillMachine final : public DebugView {
 public:
  uint32_t ReadRegister(DebugRegister) const override { return 0; }
  void WriteRegister(DebugRegister, uint32_t) override {}
  bool ReadMemory(uint32_t, std::span<uint8_t>) const override { return false; }
  bool WriteMemory(uint32_t, std::span<const uint8_t>) override { return false; }
  std::optional<DebugAccess> AccessAt(uint32_t) const override { return std::nullopt; }
  Instructions instructions() const override { return Instructions{0}; }
  Cycles cycles() const override { return Cycles{0}; }
  std::string_view output() const override { return printed; }
  void Excuse(std::chrono::nanoseconds) override {}

  std::string printed;
};

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string error;
    server_ = Server::Listen(
        0, false, [this](std::string_view text) { shown_ += text; }, error);
    ASSERT_NE(server_, nullptr) << error;
    gdb_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(connect(gdb_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  void TearDown() override {
    if (gdb_ >= 0) close(gdb_);
  }

  void Say(std::string_view bytes) {
    ASSERT_EQ(send(gdb_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  void SayPackets(std::initializer_list<std::string_view> bodies) {
    for (const std::string_view body : bodies) Say(Packet(body));
  }
  std::string Heard() {
    char bytes[4096];
    const ssize_t count = recv(gdb_, bytes, sizeof bytes, MSG_DONTWAIT);
    return {bytes, count > 0 ? static_cast<size_t>(count) : 0};
  }
  Then At(uint32_t pc) { return server_->OnInstruction(machine_, pc); }

  StillMachine machine_;
  std::string shown_;
  std::unique_ptr<Server> server_;
  int gdb_ = -1;
};

TEST_F(ServerTest, StopsOnlyWhereItWasToldAndNotOnceGdbHasLeft) {
  SayPackets({"Z0,100,2", "c"});
  EXPECT_TRUE(server_->attached());
  EXPECT_EQ(At(0x80), Then::kRun);
  EXPECT_EQ(Heard(), "+" + Packet("OK") + "+") << "the first stop is told only when asked for";
  EXPECT_EQ(At(0x90), Then::kRun);
  EXPECT_EQ(Heard(), "");
  SayPackets({"?", "D"});
  EXPECT_EQ(At(0x100), Then::kRun);
  const std::string heard = Heard();
  EXPECT_THAT(heard, HasSubstr("$T05"));
  EXPECT_THAT(heard, HasSubstr(Packet("OK")));
  EXPECT_FALSE(server_->attached());
  EXPECT_EQ(At(0x100), Then::kRun) << "the breakpoint is nobody's";
  EXPECT_EQ(server_->OnStop(machine_, DebugStop::kBadMemory), Then::kRun);
}

TEST_F(ServerTest, EndsWhenToldOrLeft) {
  SayPackets({"Z0,100,2", "c"});
  EXPECT_EQ(At(0x80), Then::kRun);
  SayPackets({"k"});
  EXPECT_EQ(At(0x100), Then::kEnd);
  EXPECT_FALSE(server_->attached());
}

// GDB's numbers of signals: SIGABRT 6, SIGXCPU 24, SIGSEGV 11, SIGILL 4, SIGBUS 10, SIGFPE 8. "X": it was
// ended.
TEST_F(ServerTest, AnEndIsToldWithItsSignal) {
  const std::pair<DebugStop, const char*> kEnds[] = {
      {DebugStop::kBadMemory, "0b"},   {DebugStop::kBadInstruction, "04"}, {DebugStop::kBadAlignment, "0a"},
      {DebugStop::kBadDivision, "08"}, {DebugStop::kLimit, "18"},          {DebugStop::kOther, "06"}};
  for (const auto& [why, signal] : kEnds) {
    TearDown();
    SetUp();
    SayPackets({"c", "c"});
    EXPECT_EQ(At(0x100), Then::kRun);
    EXPECT_EQ(server_->OnStop(machine_, why), Then::kRun);
    const std::string heard = Heard();
    EXPECT_THAT(heard, HasSubstr(std::string("$T") + signal));
    EXPECT_THAT(heard, HasSubstr(Packet(std::string("X") + signal)));
    EXPECT_FALSE(server_->attached());
  }
}

TEST_F(ServerTest, ABreakpointInstructionIsNoEnd) {
  SayPackets({"c", "c"});
  EXPECT_EQ(At(0x100), Then::kRun);
  EXPECT_EQ(server_->OnStop(machine_, DebugStop::kBreakpointInstruction), Then::kRun);
  EXPECT_THAT(Heard(), HasSubstr("$T05"));
  EXPECT_TRUE(server_->attached());
  machine_.printed = "text";
  server_->OnExit(machine_, 0x1A3);
  EXPECT_EQ(Heard(), Packet("W1a3"));
  EXPECT_EQ(shown_, "text");
  EXPECT_EQ(server_->printed(), 4u);
}

// "-": the last answer again. A packet with a wrong sum is asked for again.
TEST_F(ServerTest, WhatWasLostComesAgain) {
  SayPackets({"qC"});
  Say("-");
  Say("$qC#00");
  SayPackets({"c"});
  EXPECT_EQ(At(0x100), Then::kRun);
  EXPECT_EQ(Heard(), "+" + Packet("QC1") + Packet("QC1") + "-+");
}

TEST_F(ServerTest, NothingIsAcknowledgedOnceThatWasAgreed) {
  SayPackets({"QStartNoAckMode", "qC", "c"});
  EXPECT_EQ(At(0x100), Then::kRun);
  EXPECT_EQ(Heard(), "+" + Packet("OK") + Packet("QC1"));
}

TEST_F(ServerTest, AGdbThatIsGoneEndsTheRun) {
  SayPackets({"Z0,100,2", "c"});
  EXPECT_EQ(At(0x80), Then::kRun);
  const linger now{.l_onoff = 1, .l_linger = 0};  // the connection is reset
  setsockopt(gdb_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(gdb_);
  gdb_ = -1;
  EXPECT_EQ(At(0x100), Then::kEnd);
  EXPECT_FALSE(server_->attached());
}

TEST_F(ServerTest, AnInterruptStops) {
  SayPackets({"c"});
  EXPECT_EQ(At(0x100), Then::kRun);
  Say("\x03");
  SayPackets({"c"});
  std::string heard = Heard();
  for (int k = 0; k < 20'000; ++k) ASSERT_EQ(At(0x102), Then::kRun);
  EXPECT_THAT(Heard(), HasSubstr("$T02")) << "SIGINT";
}

}  // namespace
}  // namespace atome::emulation::gdb
