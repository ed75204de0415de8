// Reads the memory of an emulated program, an ELF image or a core behind a debug probe.
#ifndef ATOME_EMULATION_BASE_MEMORY_READER_H_
#define ATOME_EMULATION_BASE_MEMORY_READER_H_

#include <cstdint>
#include <functional>
#include <optional>

namespace atome::emulation {

// Reads the little-endian word at an address that is a multiple of 4; nothing where no memory is.
using MemoryReader = std::function<std::optional<uint32_t>(uint32_t address)>;

// The halfword at an even address; nothing where no memory is.
inline std::optional<uint16_t> ReadHalfword(uint32_t address, const MemoryReader& read) {
  const std::optional<uint32_t> word = read(address & ~3u);
  if (!word) return std::nullopt;
  return static_cast<uint16_t>((address & 2) != 0 ? *word >> 16 : *word);
}

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_MEMORY_READER_H_
