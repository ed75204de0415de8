// As much Thumb decoding as counting and explaining needs.
#ifndef ATOME_EMULATION_THUMB_THUMB_H_
#define ATOME_EMULATION_THUMB_THUMB_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace atome::emulation {

// Bytes of the instruction that starts with this halfword: 2 or 4.
constexpr uint32_t ThumbBytes(uint16_t first) {
  return (first & 0xE000) == 0xE000 && (first & 0x1800) != 0 ? 4 : 2;
}

// BKPT and its number.
constexpr bool IsBreakpoint(uint16_t first) { return (first & 0xFF00) == 0xBE00; }
constexpr uint16_t kSemihostingBreakpoint = 0xBEAB;

// Whether this is an FPU instruction of Armv7-M (coprocessors 10 and 11).
constexpr bool IsFpuInstruction(uint16_t first, uint16_t second) {
  return (first & 0xEC00) == 0xEC00 && (second & 0x0E00) == 0x0A00;
}

// How many instructions start in `code` before byte `offset`.
uint32_t InstructionsBefore(std::span<const uint8_t> code, uint32_t offset);

enum class AccessKind { kNone, kLoad, kStore };
// What an instruction does to memory, as far as its class tells.
AccessKind AccessOf(uint16_t first);

// The address that a 16-bit load or store (Armv6-M: also LDM, STM, PUSH, POP) would access, given r0 to r15;
// nothing for other instructions.
std::optional<uint32_t> AccessAddress(uint16_t instruction, const std::array<uint32_t, 16>& registers);

// The address that a load or store which needs alignment accesses (LDM, STM, LDRD, STRD, FPU loads and
// stores), given its base register's value.
uint32_t AlignedAccessAddress(uint16_t first, uint16_t second, uint32_t base);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_THUMB_THUMB_H_
