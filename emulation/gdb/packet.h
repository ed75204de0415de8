// Packets of GDB's remote serial protocol: "$body#checksum", and the bytes between them (Debugging with GDB,
// appendix E).
#ifndef ATOME_EMULATION_GDB_PACKET_H_
#define ATOME_EMULATION_GDB_PACKET_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace atome::emulation::gdb {

// Of a body; qSupported tells it to GDB.
inline constexpr size_t kMostPacketBytes = 4096;

// "$body#checksum". The body has no byte that needs an escape, as hexadecimal text and XML have none.
std::string Packet(std::string_view body);
// A body of any bytes as one that needs no escape.
std::string Escaped(std::string_view body);

// Lower case, two digits a byte.
std::string HexBytes(std::span<const uint8_t> bytes);
// Nothing when the text has other characters, none, or more than 8 digits.
std::optional<uint32_t> ParseHex(std::string_view text);
// Nothing unless the text is `count` bytes.
std::optional<std::string> ParseHexBytes(std::string_view text, size_t count);

// Cuts a stream into packets. Any bytes may come, in pieces of any size.
class PacketReader {
 public:
  // A server may shorten runs of a byte: "0*!" is "0000".
  enum class Of : uint8_t { kGdb, kServer };
  explicit PacketReader(Of sender = Of::kGdb) : sender_(sender) {}

  struct Event {
    enum class Kind : uint8_t {
      kPacket,
      kDamaged,    // a packet of a wrong checksum, or one that is too long
      kRepeat,     // "-": send the last answer again
      kInterrupt,  // Ctrl-C
    };
    Kind kind = Kind::kDamaged;
    std::string body = {};  // of a packet, without escapes and shortened runs
  };

  void Feed(std::string_view bytes);
  // The next one, oldest first; nothing when more bytes have to come.
  std::optional<Event> Next();

 private:
  enum class State : uint8_t { kBetween, kBody, kChecksum };
  void TakeByte(char byte);
  void EndPacket();

  Of sender_;
  State state_ = State::kBetween;
  std::string body_;  // as it came
  std::string checksum_;
  bool too_long_ = false;
  std::deque<Event> events_;
};

}  // namespace atome::emulation::gdb

#endif  // ATOME_EMULATION_GDB_PACKET_H_
