#include "emulation/elf/intel_hex.h"

#include <algorithm>
#include <cstdint>

#include "emulation/base/hex.h"
#include "emulation/elf/image_pieces.h"

namespace atome::emulation {
namespace {

enum RecordType : uint8_t {
  kData = 0,
  kEnd = 1,
  kSegmentBase = 2,
  kSegmentStart = 3,
  kLinearBase = 4,
  kLinearStart = 5,
};
constexpr size_t kFewestBytes = 5;  // of a record: count, address, type, checksum
constexpr uint32_t kSegmentBytes = 0x10000;

// The file as far as it is read.
class Reader {
 public:
  // What is wrong with the line, or nothing.
  std::string Line(std::string_view line, size_t number);
  bool ended() const { return ended_; }
  ImagePieces& pieces() { return pieces_; }
  uint32_t start() const { return start_; }

 private:
  std::string Record(uint8_t type, uint16_t offset, std::string_view data, size_t number);
  std::string Data(uint16_t offset, std::string_view data, size_t number);

  ImagePieces pieces_;
  uint32_t base_ = 0;
  bool wraps_ = false;  // addresses wrap in 64 KiB, as those of segments do
  uint32_t start_ = 0;
  bool ended_ = false;
};

std::string Reader::Line(std::string_view line, size_t number) {
  if (ended_) return "there is more behind the end record";
  if (line.front() != ':') return "a record begins with a colon";
  line.remove_prefix(1);
  if (line.size() % 2 != 0) return "a record has two digits a byte, here one is missing";
  std::string bytes;
  uint8_t sum = 0;
  for (size_t k = 0; k < line.size(); k += 2) {
    const int high = HexDigit(line[k]), low = HexDigit(line[k + 1]);
    if (high < 0 || low < 0) return "a record has hexadecimal digits alone";
    const auto byte = static_cast<uint8_t>(high << 4 | low);
    bytes += static_cast<char>(byte);
    sum = static_cast<uint8_t>(sum + byte);
  }
  if (bytes.size() < kFewestBytes) return "the record is cut: it has fewer than 5 bytes";
  const auto byte = [&bytes](size_t k) { return static_cast<uint8_t>(bytes[k]); };
  if (byte(0) != bytes.size() - kFewestBytes)
    return "the record promises " + std::to_string(byte(0)) + " bytes of data and has " +
           std::to_string(bytes.size() - kFewestBytes);
  if (sum != 0) return "the checksum is wrong: the file is damaged";
  const auto offset = static_cast<uint16_t>(byte(1) << 8 | byte(2));
  return Record(byte(3), offset, std::string_view(bytes).substr(4, byte(0)), number);
}

std::string Reader::Record(uint8_t type, uint16_t offset, std::string_view data, size_t number) {
  if (type == kData) return Data(offset, data, number);
  const size_t expected = type == kEnd ? 0 : type == kSegmentBase || type == kLinearBase ? 2 : 4;
  if (type > kLinearStart) return "there is no record type " + std::to_string(type) + ", only 0 to 5";
  if (data.size() != expected)
    return "a record of type " + std::to_string(type) + " has " + std::to_string(expected) +
           " bytes of data, here " + std::to_string(data.size());
  uint32_t value = 0;
  for (const char c : data) value = value << 8 | static_cast<uint8_t>(c);
  switch (type) {
    case kEnd:
      ended_ = true;
      break;
    case kSegmentBase:
      base_ = value << 4;
      wraps_ = true;
      break;
    case kLinearBase:
      base_ = value << 16;
      wraps_ = false;
      break;
    case kLinearStart:
      start_ = value;
      break;
    default:;  // kSegmentStart is of other processors
  }
  return {};
}

std::string Reader::Data(uint16_t offset, std::string_view data, size_t number) {
  const size_t before_wrap = wraps_ ? std::min<size_t>(data.size(), kSegmentBytes - offset) : data.size();
  const std::string why = pieces_.Add(base_ + offset, data.substr(0, before_wrap), number);
  return why.empty() ? pieces_.Add(base_, data.substr(before_wrap), number) : why;
}

void AppendRecord(std::string& text, RecordType type, uint16_t offset, std::string_view data) {
  std::string bytes = {static_cast<char>(data.size()), static_cast<char>(offset >> 8),
                       static_cast<char>(offset), static_cast<char>(type)};
  bytes += data;
  uint8_t sum = 0;
  for (const char c : bytes) sum = static_cast<uint8_t>(sum + static_cast<uint8_t>(c));
  bytes += static_cast<char>(-sum);
  text += ':';
  for (const char c : bytes) {
    constexpr const char* kDigits = "0123456789ABCDEF";
    text += kDigits[static_cast<uint8_t>(c) >> 4];
    text += kDigits[c & 15];
  }
  text += '\n';
}

std::string BigEndian(uint32_t value, int bytes) {
  std::string out;
  while (bytes-- > 0) out += static_cast<char>(value >> 8 * bytes);
  return out;
}

}  // namespace

std::string IntelHexOf(const std::vector<LoadedBytes>& pieces, uint32_t entry) {
  constexpr uint32_t kRecordBytes = 16, kBankBytes = 0x10000;
  std::string text;
  uint32_t bank = 0;  // what a reader starts with
  for (const LoadedBytes& piece : pieces) {
    for (size_t done = 0; done < piece.bytes.size();) {
      const auto address = static_cast<uint32_t>(piece.address + done);
      if (address / kBankBytes != bank) {
        bank = address / kBankBytes;
        AppendRecord(text, kLinearBase, 0, BigEndian(bank, 2));
      }
      const size_t bytes =
          std::min<size_t>({kRecordBytes, piece.bytes.size() - done, kBankBytes - address % kBankBytes});
      AppendRecord(text, kData, static_cast<uint16_t>(address),
                   std::string_view(piece.bytes).substr(done, bytes));
      done += bytes;
    }
  }
  AppendRecord(text, kLinearStart, 0, BigEndian(entry, 4));
  AppendRecord(text, kEnd, 0, {});
  return text;
}

std::optional<std::string> ElfOfIntelHex(std::string_view text, std::string& error) {
  Reader reader;
  size_t number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
      line.remove_suffix(1);
    if (line.empty()) continue;
    if (const std::string why = reader.Line(line, number); !why.empty()) {
      error = "line " + std::to_string(number) + ": " + why;
      return std::nullopt;
    }
  }
  if (!reader.ended()) {
    error = "the file is cut: it ends at line " + std::to_string(number) + " without the record :00000001FF";
    return std::nullopt;
  }
  error = reader.pieces().Finish("line");
  if (!error.empty()) return std::nullopt;
  return reader.pieces().Elf(reader.start());
}

}  // namespace atome::emulation
