#include "emulation/gdb/packet.h"

#include <numeric>
#include <utility>

#include "emulation/base/hex.h"

namespace atome::emulation::gdb {
namespace {

constexpr char kInterruptByte = 3;
constexpr char kEscape = '}';
constexpr uint8_t kEscapeMask = 0x20;  // an escaped byte comes with this bit changed

constexpr char kDigits[] = "0123456789abcdef";

uint8_t SumOf(std::string_view body) {
  return std::accumulate(body.begin(), body.end(), uint8_t{0}, [](uint8_t sum, char byte) {
    return static_cast<uint8_t>(sum + static_cast<uint8_t>(byte));
  });
}

constexpr char kRun = '*';      // what follows says how many more of the byte in front
constexpr int kRunOffset = 29;  // of that count, as printable characters

char Changed(char byte) { return static_cast<char>(static_cast<uint8_t>(byte) ^ kEscapeMask); }

std::string Plain(std::string_view body, bool with_runs) {
  std::string plain;
  for (size_t i = 0; i < body.size(); ++i) {
    const bool more = i + 1 < body.size();
    if (body[i] == kEscape && more) {
      plain += Changed(body[++i]);
    } else if (with_runs && body[i] == kRun && more && !plain.empty()) {
      const int count = static_cast<uint8_t>(body[++i]) - kRunOffset;
      if (count > 0) plain.append(static_cast<size_t>(count), plain.back());
    } else {
      plain += body[i];
    }
  }
  return plain;
}

}  // namespace

std::string Packet(std::string_view body) {
  const uint8_t sum = SumOf(body);
  std::string packet = "$";
  packet += body;
  packet += '#';
  packet += kDigits[sum >> 4];
  packet += kDigits[sum & 15];
  return packet;
}

std::string Escaped(std::string_view body) {
  std::string escaped;
  for (const char byte : body) {
    const bool special = byte == '$' || byte == '#' || byte == kEscape || byte == kRun;
    if (special) escaped += kEscape;
    escaped += special ? Changed(byte) : byte;
  }
  return escaped;
}

std::string HexBytes(std::span<const uint8_t> bytes) {
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<uint32_t> ParseHex(std::string_view text) {
  if (text.empty() || text.size() > 8) return std::nullopt;
  uint32_t value = 0;
  for (const char c : text) {
    const int digit = HexDigit(c);
    if (digit < 0) return std::nullopt;
    value = value << 4 | static_cast<uint32_t>(digit);
  }
  return value;
}

std::optional<std::string> ParseHexBytes(std::string_view text, size_t count) {
  if (text.size() != 2 * count) return std::nullopt;
  std::string bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = HexDigit(text[i]), low = HexDigit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
  }
  return bytes;
}

void PacketReader::Feed(std::string_view bytes) {
  for (const char byte : bytes) TakeByte(byte);
}

std::optional<PacketReader::Event> PacketReader::Next() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

void PacketReader::TakeByte(char byte) {
  if (state_ == State::kChecksum) {
    checksum_ += byte;
    if (checksum_.size() == 2) EndPacket();
  } else if (byte == '$') {  // in a body it stands for a packet whose end was lost
    state_ = State::kBody;
    body_.clear();
    checksum_.clear();
    too_long_ = false;
  } else if (state_ == State::kBody && byte == '#') {
    state_ = State::kChecksum;
  } else if (state_ == State::kBody) {
    too_long_ |= body_.size() == kMostPacketBytes;
    if (!too_long_) body_ += byte;
  } else if (byte == '-') {
    events_.push_back({.kind = Event::Kind::kRepeat});
  } else if (byte == kInterruptByte) {
    events_.push_back({.kind = Event::Kind::kInterrupt});
  }
}

void PacketReader::EndPacket() {
  state_ = State::kBetween;
  if (too_long_ || ParseHex(checksum_) != SumOf(body_))
    events_.push_back({.kind = Event::Kind::kDamaged});
  else
    events_.push_back({.kind = Event::Kind::kPacket, .body = Plain(body_, sender_ == Of::kServer)});
}

}  // namespace atome::emulation::gdb
