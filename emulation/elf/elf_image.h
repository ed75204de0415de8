// An untrusted firmware ELF: what to load where, its symbols, and addresses in words.
#ifndef ATOME_EMULATION_ELF_ELF_IMAGE_H_
#define ATOME_EMULATION_ELF_ELF_IMAGE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/base/memory_reader.h"
#include "emulation/boards/board.h"
#include "emulation/boards/core.h"
#include "emulation/boards/memory_map.h"
#include "emulation/elf/call_frame.h"
#include "emulation/elf/first_cover.h"

namespace atome::emulation {

class ElfImage {
 public:
  struct Segment {
    uint32_t load_address;           // p_paddr: where QEMU and debug probes put the bytes
    uint32_t run_address;            // p_vaddr
    std::span<const uint8_t> bytes;  // into the image; lives as long as it
    uint32_t memory_bytes;           // p_memsz, at least bytes.size(); the rest starts as zeros
    bool executable;
    bool writable;
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

  struct Function {
    std::string name;  // demangled; empty: no symbol covers the address
    uint32_t address = 0;
  };
  Function FunctionAt(uint32_t address) const;

  // A section that takes memory when the program runs.
  struct Section {
    std::string name;
    uint32_t address;  // where it runs
    uint32_t bytes;
    bool in_file;  // its bytes are in the image; else it starts as zeros, or as anything
    bool executable;
    bool writable;
    uint32_t number = 0;  // in the file's table
  };
  // In file order, without empty ones; empty when the section table cannot be read.
  std::vector<Section> Sections() const;

  struct SizedSymbol {
    std::string name;  // demangled
    uint32_t address;
    uint32_t bytes;  // above 0: as the ELF tells, else up to what follows
    bool function;
    bool label = false;    // without type and size
    uint32_t section = 0;  // its number in the file's table; SHN_ABS: none
  };
  // By address, in the order of the file. They may overlap in any way, as aliases and routines in assembly
  // do.
  std::vector<SizedSymbol> SizedSymbols() const;

  // Locate, LineAt, Compiler, Symbolise and CallTrace read DWARF on demand and are not thread-safe.

  struct Place {
    std::string symbol;   // a C++ function's own name where the ELF has DWARF; empty: no symbol covers it
    uint32_t offset = 0;  // from the symbol
    bool function = false;
    std::string file;  // without folders; empty: the ELF does not tell
    int line = 0;
  };
  Place Locate(uint32_t address) const;

  // The source line that an instruction was made from, of inlined code the one that was inlined.
  struct SourceLine {
    std::string path;  // as the compiler was told, with its folder; empty: the ELF does not tell
    int line = 0;

    auto operator<=>(const SourceLine&) const = default;
  };
  SourceLine LineAt(uint32_t address) const;

  // The compiler of the first unit in C or C++, "GNU C++20 12.2.1 20221205"; empty: the ELF does not tell.
  std::string Compiler() const;

  // "function+0x12 (file.cc:34)"; the line only where the ELF has DWARF, the hexadecimal address alone where
  // no symbol covers it.
  std::string Symbolise(uint32_t address) const;

  // The calls that led here, innermost first, given r0 to r15; r15 is the instruction that comes next. At
  // most some 64 frames. The stack may be damaged: at a return address that follows no call the trace ends
  // and says so.
  std::vector<CallFrame> CallTrace(const std::array<uint32_t, 16>& registers, const MemoryReader& read) const;

  // The halfword at a load address inside a segment's bytes.
  std::optional<uint16_t> HalfwordAt(uint32_t address) const;
  std::optional<uint32_t> WordAt(uint32_t address) const;

 private:
  struct Symbol {
    std::string_view name;  // in bytes_
    uint32_t address;
    uint32_t section;       // its number in the file; SHN_ABS: none
    uint32_t bytes;         // as the ELF tells; 0: it does not
    uint64_t end;           // what it covers, by its size or by what follows
    bool function;          // by type, or a label that begins code
    bool label;             // without type and size
    uint64_t furthest = 0;  // the largest end of this and all symbols before it
  };
  class Handle;  // libelf's and libdw's

  ElfImage();
  std::string ReadHeader(std::string_view name);
  std::string ReadSegments(std::string_view name);
  void ReadSymbols();
  void SetReach();
  std::vector<uint64_t> SegmentEnds() const;
  const Symbol* SymbolOf(uint32_t address) const;
  static std::string Demangled(std::string_view symbol);
  // One frame for the function at `pc` and one for each function inlined there, innermost first.
  std::vector<CallFrame> FramesAt(uint32_t pc) const;
  struct Unwound {
    std::vector<uint32_t> pcs;           // of the instructions in CallTrace
    std::optional<uint32_t> bad_return;  // found on the stack where a return address should be
  };
  Unwound Unwind(const std::array<uint32_t, 16>& registers, const MemoryReader& read) const;

  std::string bytes_;
  std::unique_ptr<Handle> handle_;
  uint32_t entry_ = 0;
  std::vector<Segment> segments_;
  FirstCover halfwords_;         // the first segment with both bytes of a halfword, by its load address
  std::vector<Symbol> symbols_;  // by address
};

// The memories of a board or a bare core, with that of the program at the place that the image is linked for:
// its own, an alias, or another place of images.
MemoryMap MapFor(const Board& board, const ElfImage& image);
MemoryMap MapFor(const Core& core, const ElfImage& image);
MemoryMap Placed(MemoryMap map, const ElfImage& image);

// Memories, added, grown or moved, with which the image and the stack fit; none when the image fits, or when
// they do not help.
std::vector<MemoryOverride> RoomFor(MemoryMap map, const ElfImage& image);

// The usual RAM, grown up to where the vector table starts the stack; nothing when it starts in RAM, or
// elsewhere.
std::optional<MemoryOverride> RoomForStack(MemoryMap map, const ElfImage& image);

// Where the image has what can only be a vector table: an initial SP in RAM and a reset handler in the image.
// The lowest such place; nothing when there is none.
std::optional<uint32_t> FindVectors(const MemoryMap& map, const ElfImage& image);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_ELF_IMAGE_H_
