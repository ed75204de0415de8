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

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_HEX_H_
