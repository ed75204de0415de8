#include "emulation/gdb/packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

namespace atome::emulation::gdb {
namespace {

using Kind = PacketReader::Event::Kind;

std::vector<PacketReader::Event> Read(PacketReader& reader, std::string_view bytes) {
  reader.Feed(bytes);
  std::vector<PacketReader::Event> events;
  while (auto event = reader.Next()) events.push_back(*std::move(event));
  return events;
}

TEST(Packet, HasAChecksum) {
  EXPECT_EQ(Packet("OK"), "$OK#9a");
  EXPECT_EQ(Packet(""), "$#00");
}

TEST(PacketReader, TakesWhatPacketMakes) {
  PacketReader reader;
  for (const std::string body : {"", "g", "m20000000,4", "vCont;s:1;c"}) {
    const auto events = Read(reader, Packet(body));
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].kind, Kind::kPacket);
    EXPECT_EQ(events[0].body, body);
  }
}

TEST(PacketReader, TakesPiecesAndWhatLiesBetween) {
  PacketReader reader;
  EXPECT_TRUE(Read(reader, "+++$g").empty());
  EXPECT_TRUE(Read(reader, "#6").empty());
  const auto events = Read(reader, "7-\x03$m1,2#5b");
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].body, "g");
  EXPECT_EQ(events[1].kind, Kind::kRepeat);
  EXPECT_EQ(events[2].kind, Kind::kInterrupt);
  EXPECT_EQ(events[3].kind, Kind::kDamaged);
}

TEST(PacketReader, UndoesEscapes) {
  PacketReader reader;
  const std::string body = "X0,4:}\x03}\x04}\x5d}\x0a";
  const auto events = Read(reader, Packet(body));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].body, "X0,4:#$}*");
}

TEST(PacketReader, RefusesWhatIsTooLong) {
  PacketReader reader;
  auto events = Read(reader, Packet(std::string(kMostPacketBytes, 'a')));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, Kind::kPacket);
  events = Read(reader, Packet(std::string(kMostPacketBytes + 1, 'a')));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, Kind::kDamaged);
  EXPECT_EQ(Read(reader, Packet("g")).size(), 1u);
}

TEST(PacketReader, AnyBytesMakeNoPacketThatIsTooLong) {
  std::mt19937 random(1);
  constexpr std::string_view kLikely = "$#}+-\x03gm0123456789abcdef,:;";
  PacketReader reader;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 64, 0);
    for (char& byte : bytes)
      byte = random() % 4 == 0 ? static_cast<char>(random()) : kLikely[random() % kLikely.size()];
    for (const auto& event : Read(reader, bytes)) ASSERT_LE(event.body.size(), kMostPacketBytes);
  }
  // It recovers at the next packet.
  const auto events = Read(reader, "#00" + Packet("g"));
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().body, "g");
}

TEST(Hex, ReadsWhatItWrites) {
  EXPECT_EQ(HexBytes(std::array<uint8_t, 3>{0, 0x7f, 0xff}), "007fff");
  EXPECT_EQ(ParseHex("20000000"), 0x20000000u);
  EXPECT_EQ(ParseHex("fF"), 0xFFu);
  for (const char* bad : {"", "g", "123456789", "-1", "0x1", " 1"})
    EXPECT_EQ(ParseHex(bad), std::nullopt) << bad;
  EXPECT_EQ(ParseHexBytes("4142", 2), "AB");
  for (const char* bad : {"414", "41", "414243", "41zz"})
    EXPECT_EQ(ParseHexBytes(bad, 2), std::nullopt) << bad;
}

TEST(Packet, AnyBodyComesBackFromItsEscapes) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::string body;
    for (auto left = random() % 40; left > 0; --left)
      body += static_cast<char>("$#}*\0a\x03-+"[random() % 9]);
    for (const auto sender : {PacketReader::Of::kGdb, PacketReader::Of::kServer}) {
      PacketReader reader(sender);
      const auto events = Read(reader, Packet(Escaped(body)));
      ASSERT_EQ(events.size(), 1u) << body;
      EXPECT_EQ(events[0].kind, Kind::kPacket);
      EXPECT_EQ(events[0].body, body);
    }
  }
}

TEST(PacketReader, ShortenedRunsAreThoseOfServersAlone) {
  PacketReader server(PacketReader::Of::kServer), gdb;
  const std::string text = "1*!0* 2";  // '!' is four more, ' ' three
  EXPECT_EQ(Read(server, Packet(text))[0].body, "1111100002");
  EXPECT_EQ(Read(gdb, Packet(text))[0].body, text);
  for (const std::string odd : {"*!", "1*", "1*\x01", "1*\xff"}) {
    PacketReader other(PacketReader::Of::kServer);
    EXPECT_EQ(Read(other, Packet(odd)).size(), 1u) << odd;
  }
}

}  // namespace
}  // namespace atome::emulation::gdb
