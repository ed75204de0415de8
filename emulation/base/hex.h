// Numbers as hexadecimal text.
#ifndef ATOME_EMULATION_BASE_HEX_H_
#define ATOME_EMULATION_BASE_HEX_H_

#include <cstdint>
#include <cstdio>
#include <string>

namespace atome::emulation {

// "0x0000002a". At least `digits` digits; 8 is an address.
inline std::string Hex(uint64_t value, int digits = 8) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%0*llx", digits, static_cast<unsigned long long>(value));
  return text;
}

// The value of a hexadecimal digit in either case; -1 for another character.
constexpr int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_HEX_H_
