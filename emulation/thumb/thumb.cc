#include "emulation/thumb/thumb.h"

#include <bit>

namespace atome::emulation {
namespace {

uint16_t HalfwordAt(std::span<const uint8_t> code, size_t offset) {
  if (offset + 2 > code.size()) return 0;
  return static_cast<uint16_t>(code[offset] | code[offset + 1] << 8);
}

}  // namespace

uint32_t InstructionsBefore(std::span<const uint8_t> code, uint32_t offset) {
  uint32_t count = 0;
  for (size_t at = 0; at < offset && at + 2 <= code.size(); ++count) at += ThumbBytes(HalfwordAt(code, at));
  return count;
}

// Encodings: Armv7-M Architecture Reference Manual, A5.2.4, A5.2.5 and A5.3.
AccessKind AccessOf(uint16_t first) {
  const auto by_bit = [first](uint16_t bit) {
    return (first & bit) != 0 ? AccessKind::kLoad : AccessKind::kStore;
  };
  if (ThumbBytes(first) == 4) {
    const uint16_t group = first & 0xFE00;
    const bool memory = group == 0xE800 || group == 0xF800 || group == 0xEC00;
    return memory ? by_bit(0x0010) : AccessKind::kNone;
  }
  switch (first >> 12) {
    case 0x4:
      return (first & 0xF800) == 0x4800 ? AccessKind::kLoad : AccessKind::kNone;
    case 0x5:
      return (first & 0x0E00) >= 0x0600 ? AccessKind::kLoad : AccessKind::kStore;
    case 0x6:
    case 0x7:
    case 0x8:
    case 0x9:
    case 0xC:
      return by_bit(0x0800);
    case 0xB:
      if ((first & 0xF600) != 0xB400) return AccessKind::kNone;  // PUSH and POP
      return by_bit(0x0800);
    default:
      return AccessKind::kNone;
  }
}

// Encodings: Armv6-M Architecture Reference Manual, A5.2.4 and A5.2.5.
std::optional<uint32_t> AccessAddress(uint16_t instruction, const std::array<uint32_t, 16>& registers) {
  const uint32_t base = registers[(instruction >> 3) & 7];
  const uint32_t immediate = (instruction >> 6) & 31;
  const uint32_t low_byte = instruction & 0xFF;
  switch (instruction >> 12) {
    case 0x4:  // LDR (literal) only
      if ((instruction & 0xF800) != 0x4800) return std::nullopt;
      return (registers[15] & ~3u) + 4 + 4 * low_byte;
    case 0x5:
      return base + registers[(instruction >> 6) & 7];
    case 0x6:
      return base + 4 * immediate;
    case 0x7:
      return base + immediate;
    case 0x8:
      return base + 2 * immediate;
    case 0x9:
      return registers[13] + 4 * low_byte;
    case 0xB:
      if ((instruction & 0xFE00) == 0xBC00) return registers[13];  // POP
      if ((instruction & 0xFE00) != 0xB400) return std::nullopt;   // PUSH
      return registers[13] -
             4 * static_cast<uint32_t>(std::popcount(static_cast<uint32_t>(instruction & 0x1FF)));
    case 0xC:
      return registers[(instruction >> 8) & 7];
    default:
      return std::nullopt;
  }
}

// Encodings: Armv7-M Architecture Reference Manual, A5.3.5, A5.3.6 and A6.5.
uint32_t AlignedAccessAddress(uint16_t first, uint16_t second, uint32_t base) {
  if (ThumbBytes(first) == 2) return base;  // LDM, STM
  const bool before = (first & 0x0100) != 0, up = (first & 0x0080) != 0;
  const bool dual = (first & 0xFE40) == 0xE840;
  const bool fpu = IsFpuInstruction(first, second);
  const bool one = dual || (fpu && before && (first & 0x0020) == 0);  // LDRD, STRD, VLDR, VSTR
  const uint32_t words =
      dual || fpu ? second & 0xFFu : static_cast<uint32_t>(std::popcount(static_cast<uint32_t>(second)));
  if (!before) return base;
  if (one && up) return base + 4 * words;
  return base - 4 * words;  // LDMDB, STMDB, VLDMDB, VSTMDB too
}

}  // namespace atome::emulation
