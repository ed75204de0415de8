// Accesses of 1, 2 or 4 bytes to registers that are kept as words.
#ifndef ATOME_EMULATION_UNICORN_LANES_H_
#define ATOME_EMULATION_UNICORN_LANES_H_

#include <cstdint>

namespace atome::emulation {

constexpr unsigned ShiftOf(uint32_t address) { return 8 * (address & 3); }

// The low `bytes` bytes.
constexpr uint32_t LowBytes(unsigned bytes) { return bytes >= 4 ? 0xFFFFFFFF : (1u << (8 * bytes)) - 1; }

// What a load at `address` takes from its word.
constexpr uint32_t LoadedFrom(uint32_t word, uint32_t address, unsigned bytes) {
  return word >> ShiftOf(address) & LowBytes(bytes);
}

// The bits of its word that a store at `address` writes.
constexpr uint32_t LaneOf(uint32_t address, unsigned bytes) { return LowBytes(bytes) << ShiftOf(address); }

// The bit that a word of a bit-band alias stands for (Armv7-M Architecture Reference Manual, B3.1), by the
// alias's offset: its word's offset from the region's start, and its place there.
struct BandedBit {
  uint32_t word = 0;
  unsigned bit = 0;
};
constexpr BandedBit BandedBitOf(uint32_t alias_offset) {
  return {.word = alias_offset / 32 & ~3u, .bit = alias_offset / 4 % 32};
}

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_LANES_H_
