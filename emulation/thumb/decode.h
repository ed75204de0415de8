// Decodes Thumb and Thumb-2: Armv6-M, Armv7-M with the DSP extension, Armv8-M Mainline, FPv4-SP and FPv5.
#ifndef ATOME_EMULATION_THUMB_DECODE_H_
#define ATOME_EMULATION_THUMB_DECODE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "emulation/base/memory_reader.h"
#include "emulation/thumb/instruction.h"

namespace atome::thumb {

// Bytes of the instruction that starts with this halfword: 2 or 4.
constexpr uint32_t Bytes(uint16_t first) {
  return (first & 0xE000) == 0xE000 && (first & 0x1800) != 0 ? 4 : 2;
}

inline constexpr uint16_t kSemihostingBreakpoint = 0xBEAB;  // BKPT 0xAB

// `halfwords` starts at the instruction and has at least one. A 32-bit instruction cut by the end is kUnknown
// with 4 bytes.
Instruction Decode(uint32_t address, std::span<const uint16_t> halfwords);

// A straight run of instructions.
std::vector<Instruction> DecodeRun(uint32_t address, std::span<const uint16_t> halfwords);

// The instruction at an even address; nothing where no memory is.
std::optional<Instruction> DecodeAt(uint32_t address, const emulation::MemoryReader& read);

// What the instruction adds to register r<r>, 0 when it does not write it; nothing when the code alone does
// not tell.
std::optional<int32_t> Added(const Instruction& instruction, unsigned r);

// The lowest address that a load or store accesses, given r0 to r14; nothing for other instructions.
std::optional<uint32_t> AccessAddress(const Instruction& instruction,
                                      const std::array<uint32_t, 16>& registers);

}  // namespace atome::thumb

#endif  // ATOME_EMULATION_THUMB_DECODE_H_
