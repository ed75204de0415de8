// Thumb instructions as text.
#ifndef ATOME_EMULATION_THUMB_DISASSEMBLY_H_
#define ATOME_EMULATION_THUMB_DISASSEMBLY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace atome::thumb {

struct Disassembled {
  uint32_t address = 0;
  std::string text;                // "ldr r3, [r0, #4]"; "undefined: 0xffff" for anything else
  std::optional<uint32_t> target;  // of a branch or call to a fixed address
};

// Every instruction of a straight run, little-endian, whose first byte lies at `address`. The run must not
// start inside an IT block, or its conditional instructions show without their condition. A 32-bit
// instruction cut by the end is "cut off: 0xf000".
std::vector<Disassembled> DisassembleRun(std::span<const uint8_t> code, uint32_t address);

}  // namespace atome::thumb

#endif  // ATOME_EMULATION_THUMB_DISASSEMBLY_H_
