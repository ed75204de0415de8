// Text of a file or a program in a message to people.
#ifndef ATOME_EMULATION_BASE_ONE_LINE_H_
#define ATOME_EMULATION_BASE_ONE_LINE_H_

#include <cstddef>
#include <string>

namespace atome::emulation {

// The same with '?' for each control character, so that the text is one line and gives a terminal no orders:
// those of ASCII, and those that UTF-8 writes with a byte 0xC2 in front.
inline std::string OneLine(std::string text) {
  unsigned char before = 0;
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (before == 0xC2 && byte < 0xA0)) c = '?';
    before = byte;
  }
  return text;
}

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_ONE_LINE_H_
