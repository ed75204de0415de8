#include "emulation/base/printable.h"

#include <cstddef>
#include <string_view>
#include <utility>

namespace atome::emulation {
namespace {

std::string Escaped(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += "\\x";
    text += kDigits[static_cast<uint8_t>(byte) >> 4];
    text += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  return text;
}

// Bytes of the character that begins so; 0 for a byte that begins none.
size_t LengthOf(uint8_t first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

uint32_t CodePoint(std::string_view character) {
  const auto first = static_cast<uint8_t>(character[0]);
  uint32_t code = character.size() == 1 ? first : first & (0x7Fu >> character.size());
  for (const char byte : character.substr(1)) code = code << 6 | (static_cast<uint8_t>(byte) & 0x3Fu);
  return code;
}

// Neither overlong, nor half of a pair, nor above U+10FFFF.
bool IsCharacter(uint32_t code, size_t length) {
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kLeast[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

bool IsHarmless(uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n';
  if (code >= 0x7F && code < 0xA0) return false;
  const bool turns = code == 0x061C || code == 0x200E || code == 0x200F ||
                     (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  return !turns && code != 0x2028 && code != 0x2029;
}

}  // namespace

std::string TerminalText::Feed(uint8_t byte) {
  std::string text;
  const bool continues = (byte & 0xC0) == 0x80;
  if (!pending_.empty() && !continues) text = Finish();
  if (pending_.empty() && LengthOf(byte) == 0) return text + Escaped({reinterpret_cast<char*>(&byte), 1});
  pending_.push_back(static_cast<char>(byte));
  const size_t length = LengthOf(static_cast<uint8_t>(pending_[0]));
  if (pending_.size() < length) return text;
  const uint32_t code = CodePoint(pending_);
  const std::string character = std::exchange(pending_, {});
  return text + (IsCharacter(code, length) && IsHarmless(code) ? character : Escaped(character));
}

std::string TerminalText::Finish() { return Escaped(std::exchange(pending_, {})); }

std::string Printable(std::string_view text) {
  TerminalText terminal;
  std::string shown;
  for (const char byte : text) {
    if (byte == '\t' || byte == '\n')
      shown += terminal.Finish() + Escaped({&byte, 1});
    else
      shown += terminal.Feed(static_cast<uint8_t>(byte));
  }
  return shown + terminal.Finish();
}

}  // namespace atome::emulation
