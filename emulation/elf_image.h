// An untrusted firmware ELF: what to load where, its symbols, and addresses in words.
#ifndef ATOME_EMULATION_ELF_IMAGE_H_
#define ATOME_EMULATION_ELF_IMAGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/core.h"
#include "emulation/memory_map.h"

namespace atome::emulation {

class ElfImage {
 public:
  struct Segment {
    uint32_t load_address;           // p_paddr: where the bytes go, as QEMU and a debug probe do it
    uint32_t run_address;            // p_vaddr
    std::span<const uint8_t> bytes;  // into the image; lives as long as it
    uint32_t memory_bytes;           // p_memsz, at least bytes.size(); the rest starts as zeros
    bool executable;
  };

  // Reads an ELF32 little-endian Arm executable. Returns nullptr and sets `error` to one line that names
  // `name` and what is wrong. No input makes it crash. The bytes are copied.
  [[nodiscard]] static std::unique_ptr<ElfImage> Read(std::string_view bytes, std::string_view name,
                                                      std::string& error);
  ~ElfImage();
  ElfImage(const ElfImage&) = delete;
  ElfImage& operator=(const ElfImage&) = delete;

  // Loadable segments in file order; each end fits 32 bits.
  const std::vector<Segment>& segments() const { return segments_; }
  // e_entry without its Thumb bit. A Cortex-M starts at its vector table, not here.
  uint32_t entry() const { return entry_; }

  // Why the image does not fit these memories, and by how many bytes in all; empty when it fits.
  std::string WhyNotOn(const MemoryMap& map) const;
  std::string WhyNotOn(const Core& core) const { return WhyNotOn(MapOf(core)); }

  // Address of a defined symbol, without the Thumb bit of a function.
  std::optional<uint32_t> FindSymbol(std::string_view name) const;

  // "function+0x12 (file.cc:34)"; the line only where the ELF has DWARF, the hexadecimal address alone where
  // no symbol covers it. Not thread-safe: DWARF is read on demand.
  std::string Symbolise(uint32_t address) const;

  // The halfword at a load address inside a segment's bytes.
  std::optional<uint16_t> HalfwordAt(uint32_t address) const;
  std::optional<uint32_t> WordAt(uint32_t address) const;

 private:
  struct Symbol {
    std::string name;
    uint32_t address;
    uint32_t bytes;
    bool function;
  };
  class Handle;  // libelf's and libdw's

  ElfImage();
  std::string ReadHeader(std::string_view name);
  std::string ReadSegments(std::string_view name);
  void ReadSymbols();
  bool InOneSegment(uint32_t a, uint32_t b) const;  // run addresses

  std::string bytes_;
  std::unique_ptr<Handle> handle_;
  uint32_t entry_ = 0;
  std::vector<Segment> segments_;
  std::vector<Symbol> symbols_;  // by address
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_IMAGE_H_
