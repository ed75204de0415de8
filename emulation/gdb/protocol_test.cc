#include "emulation/gdb/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "emulation/gdb/packet.h"

namespace atome::emulation::gdb {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// 64 bytes of memory at 0x20000000, all of it readable and its second half writable.
class FakeMachine final : public DebugView {
 public:
  uint32_t ReadRegister(DebugRegister which) const override { return values_[static_cast<size_t>(which)]; }
  void WriteRegister(DebugRegister which, uint32_t value) override {
    values_[static_cast<size_t>(which)] = value;
  }
  bool ReadMemory(uint32_t address, std::span<uint8_t> bytes) const override {
    if (!Inside(address, bytes.size())) return false;
    std::copy_n(memory_.begin() + (address - kBegin), bytes.size(), bytes.begin());
    return true;
  }
  bool WriteMemory(uint32_t address, std::span<const uint8_t> bytes) override {
    if (!Inside(address, bytes.size()) || address < kBegin + 32) return false;
    std::ranges::copy(bytes, memory_.begin() + (address - kBegin));
    return true;
  }
  std::optional<DebugAccess> AccessAt(uint32_t) const override { return access; }
  Instructions instructions() const override { return Instructions{12}; }
  Cycles cycles() const override { return Cycles{34}; }
  std::string_view output() const override { return {}; }
  void Excuse(std::chrono::nanoseconds) override {}

  std::optional<DebugAccess> access;

 private:
  static constexpr uint32_t kBegin = 0x20000000;
  bool Inside(uint32_t address, size_t bytes) const {
    return address >= kBegin && uint64_t{address} + bytes <= kBegin + memory_.size();
  }
  std::array<uint32_t, 64> values_{};
  std::array<uint8_t, 64> memory_{};
};

class ProtocolTest : public ::testing::Test {
 protected:
  std::string Ask(std::string_view packet) {
    return protocol_.Handle(packet, machine_).body.value_or("none");
  }

  FakeMachine machine_;
  Protocol protocol_{true};
};

TEST_F(ProtocolTest, RegistersByNumberAndAll) {
  EXPECT_EQ(Ask("P3=78563412"), "OK");
  EXPECT_EQ(machine_.ReadRegister(DebugRegister{3}), 0x12345678u);
  EXPECT_EQ(Ask("p3"), "78563412");
  EXPECT_EQ(Ask("P11=0102030405060708"), "OK") << "d0";
  EXPECT_EQ(machine_.ReadRegister(DebugRegister::kS0), 0x04030201u);
  const std::string all = Ask("g");
  EXPECT_EQ(all.size(), 8u * 17 + 16 * 16 + 8 + 6 * 8);
  EXPECT_EQ(Ask("G" + all), "OK");
  EXPECT_EQ(Ask("g"), all);
  for (const char* bad : {"p", "pzz", "p29", "pffffffff", "P3=", "P3=1234", "P99=00000000", "G", "G00"})
    EXPECT_EQ(Ask(bad), "E01") << bad;
}

TEST_F(ProtocolTest, Memory) {
  EXPECT_EQ(Ask("M20000020,2:0aff"), "OK");
  EXPECT_EQ(Ask("m20000020,2"), "0aff");
  EXPECT_EQ(Ask("X20000020,2:\x01#"), "OK");
  EXPECT_EQ(Ask("m20000020,3"), "012300");
  EXPECT_EQ(Ask("X20000020,0:"), "OK") << "GDB asks so whether there is X";
  EXPECT_EQ(Ask("M20000000,1:00"), "E0e") << "not writable";
  EXPECT_EQ(Ask("m0,4"), "E0e");
  EXPECT_EQ(Ask("m20000030,20").size(), 32u) << "up to the end of the memory";
  EXPECT_EQ(Ask("m20000000,ffffffff").size(), 2u * 64);
  for (const char* bad : {"m", "m,", "m20000000", "m20000000,", "mz,4", "M20000020,2:0a", "M20000020,1:0aff",
                          "M20000020,2", "X20000020,4:ab"})
    EXPECT_EQ(Ask(bad), "E01") << bad;
}

TEST_F(ProtocolTest, TheDescriptionComesInPieces) {
  EXPECT_THAT(Ask("qSupported:multiprocess+;swbreak+"), HasSubstr("PacketSize=1000;qXfer:features:read+"));
  std::string xml;
  for (std::string piece = "m"; piece[0] == 'm'; xml += piece.substr(1)) {
    piece = Ask("qXfer:features:read:target.xml:" +
                HexBytes(std::array<uint8_t, 2>{static_cast<uint8_t>(xml.size() >> 8),
                                                static_cast<uint8_t>(xml.size())}) +
                ",80");
    ASSERT_TRUE(piece[0] == 'm' || piece[0] == 'l') << piece;
    ASSERT_LE(piece.size(), 0x81u);
  }
  EXPECT_THAT(xml, StartsWith("<?xml"));
  EXPECT_THAT(xml, ::testing::EndsWith("</target>"));
  EXPECT_THAT(xml, HasSubstr("org.gnu.gdb.arm.m-profile"));
  EXPECT_THAT(xml, HasSubstr("name=\"d15\" bitsize=\"64\""));
  EXPECT_EQ(Ask("qXfer:features:read:target.xml:ffffffff,80"), "l");
  EXPECT_EQ(Ask("qXfer:features:read:target.xml:0"), "E01");
  EXPECT_THAT(TargetDescription(TargetRegisters(false)), ::testing::Not(HasSubstr("vfp")));
}

TEST_F(ProtocolTest, StopsWhereItShould) {
  EXPECT_TRUE(protocol_.StopsAt(0x100, machine_)) << "at the first instruction";
  EXPECT_EQ(protocol_.Handle("c", machine_).action, Protocol::Action::kResume);
  EXPECT_FALSE(protocol_.StopsAt(0x102, machine_));
  EXPECT_EQ(Ask("Z0,104,2"), "OK");
  EXPECT_EQ(Ask("Z1,108,4"), "OK");
  EXPECT_TRUE(protocol_.StopsAt(0x104, machine_));
  EXPECT_TRUE(protocol_.StopsAt(0x108, machine_));
  EXPECT_EQ(Ask("z0,104,2"), "OK");
  EXPECT_FALSE(protocol_.StopsAt(0x104, machine_));
  EXPECT_EQ(protocol_.Handle("vCont;s:1;c", machine_).action, Protocol::Action::kResume);
  EXPECT_TRUE(protocol_.StopsAt(0x200, machine_));
  EXPECT_THAT(protocol_.StopReply(machine_), StartsWith("T05"));
  for (const char* bad : {"Z", "Z0", "Z0,", "Z0,zz,2", "Z2,20000000,0", "Z2,20000000,ffffffff"})
    EXPECT_EQ(Ask(bad), "E01") << bad;
  EXPECT_EQ(Ask("Z5,100,2"), "");
}

TEST_F(ProtocolTest, Watchpoints) {
  protocol_.Handle("c", machine_);
  EXPECT_EQ(Ask("Z2,20000010,4"), "OK");
  machine_.access = DebugAccess{.address = 0x20000013, .bytes = 1, .stores = true};
  EXPECT_TRUE(protocol_.StopsAt(0x100, machine_));
  EXPECT_THAT(protocol_.StopReply(machine_), HasSubstr("watch:20000010;"));
  machine_.access->stores = false;
  EXPECT_FALSE(protocol_.StopsAt(0x100, machine_)) << "a load";
  machine_.access = DebugAccess{.address = 0x2000000C, .bytes = 4, .stores = true};
  EXPECT_FALSE(protocol_.StopsAt(0x100, machine_)) << "ends in front of it";
  machine_.access = DebugAccess{.address = 0x20000000, .bytes = 20, .stores = true};
  EXPECT_TRUE(protocol_.StopsAt(0x100, machine_)) << "reaches into it";
  EXPECT_EQ(Ask("z2,20000010,4"), "OK");
  EXPECT_FALSE(protocol_.StopsAt(0x100, machine_));
  EXPECT_EQ(Ask("Z3,20000010,4"), "OK");
  EXPECT_EQ(Ask("Z4,20000020,4"), "OK");
  machine_.access = DebugAccess{.address = 0x20000010, .bytes = 4, .stores = false};
  EXPECT_TRUE(protocol_.StopsAt(0x100, machine_));
  EXPECT_THAT(protocol_.StopReply(machine_), HasSubstr("rwatch:20000010;"));
  machine_.access = DebugAccess{.address = 0x20000020, .bytes = 4, .stores = true};
  EXPECT_TRUE(protocol_.StopsAt(0x100, machine_));
  EXPECT_THAT(protocol_.StopReply(machine_), HasSubstr("awatch:20000020;"));
}

TEST_F(ProtocolTest, EndsAndGoesElsewhere) {
  EXPECT_EQ(protocol_.Handle("D", machine_).action, Protocol::Action::kDetach);
  EXPECT_EQ(protocol_.Handle("k", machine_).action, Protocol::Action::kKill);
  EXPECT_EQ(protocol_.Handle("vKill;1", machine_).action, Protocol::Action::kKill);
  EXPECT_EQ(protocol_.Handle("s200", machine_).action, Protocol::Action::kResume);
  EXPECT_EQ(machine_.ReadRegister(DebugRegister::kPc), 0x200u);
  EXPECT_EQ(Ask("czz"), "E01");
  EXPECT_EQ(Ask("vMustReplyEmpty"), "");
  EXPECT_EQ(Ask(""), "");
  const std::string told = "12 instructions, 34 modelled cycles before this one\n";
  EXPECT_EQ(ParseHexBytes(Ask("qRcmd,6379636c6573"), told.size()), told) << "monitor cycles";
}

TEST_F(ProtocolTest, BreakpointsAreBounded) {
  std::string answer;
  for (uint32_t k = 0; k < 100'000 && answer != "E1c"; ++k) {
    const std::array<uint8_t, 3> address{static_cast<uint8_t>(k >> 15), static_cast<uint8_t>(k >> 7),
                                         static_cast<uint8_t>(k << 1)};
    answer = Ask("Z0," + HexBytes(address) + ",2");
  }
  EXPECT_EQ(answer, "E1c");
}

// Whatever comes, an answer fits a packet and has no byte that ends one.
TEST_F(ProtocolTest, SurvivesAnyPacket) {
  std::mt19937 random(1);
  const std::string starts[] = {"g", "G",   "p",    "P",   "m",      "M",
                                "X", "Z0,", "Z2,",  "z1,", "vCont;", "qXfer:features:read:target.xml:",
                                "s", "c",   "C05;", "H",   "qRcmd,", "qSupported:",
                                "Q", "k",   "D",    "?",   "T",      "v"};
  constexpr std::string_view kLikely = "0123456789abcdef,:;=20000000,";
  for (int round = 0; round < 200'000; ++round) {
    std::string packet = random() % 8 == 0 ? "" : starts[random() % std::size(starts)];
    for (size_t left = random() % 24; left > 0; --left)
      packet += random() % 16 == 0 ? static_cast<char>(random()) : kLikely[random() % kLikely.size()];
    const Protocol::Answer answer = protocol_.Handle(packet, machine_);
    if (!answer.body) continue;
    ASSERT_LE(answer.body->size(), kMostPacketBytes) << packet;
    ASSERT_EQ(answer.body->find_first_of("$#}"), std::string::npos) << packet;
    machine_.access =
        DebugAccess{static_cast<uint32_t>(random()), static_cast<uint32_t>(random() % 64), round % 2 == 0};
    protocol_.StopsAt(static_cast<uint32_t>(random()), machine_);
  }
}

TEST_F(ProtocolTest, ASignalIsPassedOverWhenItGoesOn) {
  EXPECT_EQ(protocol_.Handle("C05", machine_).action, Protocol::Action::kResume);
  EXPECT_FALSE(protocol_.StopsAt(0x100, machine_));
  EXPECT_EQ(protocol_.Handle("S05", machine_).action, Protocol::Action::kResume);
  EXPECT_TRUE(protocol_.StopsAt(0x100, machine_)) << "a step";
  EXPECT_EQ(protocol_.Handle("C05;200", machine_).action, Protocol::Action::kResume);
  EXPECT_EQ(machine_.ReadRegister(DebugRegister::kPc), 0x200u);
}

TEST_F(ProtocolTest, SaysWhatItCan) {
  EXPECT_EQ(Ask("qAttached"), "1") << "GDB leaves the process when it ends";
  EXPECT_EQ(Ask("qAttached:1"), "1");
  EXPECT_FALSE(protocol_.no_acknowledgements());
  EXPECT_EQ(Ask("QNonStop:1"), "") << "not supported";
  EXPECT_EQ(Ask("QStartNoAckMode"), "OK");
  EXPECT_TRUE(protocol_.no_acknowledgements());
  EXPECT_THAT(TargetDescription(TargetRegisters(true)),
              HasSubstr("<reg name=\"sp\" bitsize=\"32\" type=\"data_ptr\"/>"));
  EXPECT_THAT(TargetDescription(TargetRegisters(true)), HasSubstr("<reg name=\"r0\" bitsize=\"32\"/>"));
}

TEST_F(ProtocolTest, AStopTellsWhereItIs) {
  machine_.WriteRegister(DebugRegister{13}, 0x20001000);
  machine_.WriteRegister(DebugRegister{14}, 0x101);
  machine_.WriteRegister(DebugRegister::kPc, 0x12345678);
  machine_.WriteRegister(DebugRegister::kXpsr, 0x01000000);
  EXPECT_EQ(Ask("?"), "T050d:00100020;0e:01010000;0f:78563412;thread:1;");
}

// Bit 0 of an address of Thumb code is no part of it.
TEST_F(ProtocolTest, BreakpointsAreOfHalfwords) {
  protocol_.Handle("c", machine_);
  EXPECT_EQ(Ask("Z0,107,2"), "OK");
  EXPECT_TRUE(protocol_.StopsAt(0x106, machine_));
  EXPECT_EQ(Ask("z0,104,2"), "OK") << "another one";
  EXPECT_TRUE(protocol_.StopsAt(0x106, machine_));
  EXPECT_EQ(Ask("z0,107,2"), "OK");
  EXPECT_FALSE(protocol_.StopsAt(0x106, machine_));
}

TEST_F(ProtocolTest, WatchpointsAreBounded) {
  const auto watch = [this](uint32_t k) {
    const std::array<uint8_t, 2> address{static_cast<uint8_t>(k >> 8), static_cast<uint8_t>(k)};
    return Ask("Z2," + HexBytes(address) + ",4");
  };
  for (uint32_t k = 0; k < 1024; ++k) ASSERT_EQ(watch(k), "OK") << k;
  EXPECT_EQ(watch(1024), "E1c");
  EXPECT_EQ(Ask("z2,0,4"), "OK");
  EXPECT_EQ(watch(1024), "OK") << "there is room again";
}

}  // namespace
}  // namespace atome::emulation::gdb
