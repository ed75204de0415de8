// Whose the bytes of a section are: each is counted once, under the symbol that it belongs to.
#ifndef ATOME_HARNESS_SIZE_SYMBOL_BYTES_H_
#define ATOME_HARNESS_SIZE_SYMBOL_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "emulation/elf/elf_image.h"

namespace atome::harness {

struct SymbolBytes {
  std::vector<uint64_t> of_symbols;  // one a symbol; an alias of another has 0
  uint64_t padding = 0;              // up to where the next symbol is aligned to
  uint64_t unnamed = 0;              // of no symbol, and no padding
};

// Whether what lies between two addresses may be what linkers fill gaps with.
using IsFillerBetween = std::function<bool(uint64_t begin, uint64_t end)>;

// Addresses, `end` behind the last.
struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// All together are the section's bytes. Symbols may lie in any way: where several cover a byte it belongs to
// the one that begins last, of those to the one that ends first, then to the first in the list; a label
// without type and size has only what no other symbol covers. What symbols cover outside of the section does
// not count.
SymbolBytes BytesBySymbol(const Range& section, std::span<const emulation::ElfImage::SizedSymbol> symbols,
                          const IsFillerBetween& is_filler);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_SYMBOL_BYTES_H_
