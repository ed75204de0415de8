// Where the bytes of a firmware go: to the engine, to the libraries it needs, to what is around it, to the
// model.
#ifndef ATOME_HARNESS_SIZE_FOOTPRINT_H_
#define ATOME_HARNESS_SIZE_FOOTPRINT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/elf/elf_image.h"
#include "harness/base/result.h"
#include "harness/size/symbol_bytes.h"

namespace atome::harness {

// Who needs a section; engine/firmware/firmware.ld keeps them apart by object file.
enum class Part {
  kEngine,
  kLibrary,  // libgcc, soft float above all; memcpy and memset
  kStartup,  // start-up and the program that answers the harness
  kModel,    // the model file behind its header of 40 bytes; in firmware that is not ours the file alone
  kUnknown,  // of firmware that is not ours: its sections do not say
};
// "engine", "library", "startup", "model", "unknown".
std::string_view PartName(Part part);

enum class SectionKind {
  kText,
  kRodata,  // constants, the vector table and the model among them
  kData,    // takes room twice: its initial values in flash
  kBss,
  kStack,  // reserved, whatever of it is used
};
// "text", "rodata", "data", "bss", "stack".
std::string_view KindName(SectionKind kind);

struct SectionSize {
  std::string name;
  Part part;
  SectionKind kind;
  uint32_t bytes;
};

struct SymbolSize {
  std::string name;
  std::string section;
  Part part;
  SectionKind kind;
  uint32_t bytes;
  std::optional<uint32_t> address{};  // where it begins; none of padding and of what has no symbol
};

struct Footprint {
  std::vector<SectionSize> sections;  // in file order, the model's last
  // Largest first, then by name. All those of a section are together its bytes: "[padding] .text" is what
  // aligns its symbols, "[unnamed] .text" what no symbol names. The model and the room for the stack have
  // none.
  std::vector<SymbolSize> symbols;
  bool is_given = false;  // of firmware that is not ours

  bool by_source = false;      // who needs the code is told by source files, not by sections
  std::string why_no_parts{};  // why nothing tells who needs the code; else empty

  // Of all sections of this kind and part.
  uint64_t Bytes(SectionKind kind, Part part) const;
  // Of all parts but the model.
  uint64_t Bytes(SectionKind kind) const;
  uint64_t ModelBytes() const { return Bytes(SectionKind::kRodata, Part::kModel); }
  // All in flash but the model.
  uint64_t FirmwareBytes() const {
    return Bytes(SectionKind::kText) + Bytes(SectionKind::kRodata) + Bytes(SectionKind::kData);
  }
};

// An error when a section is none that firmware.ld makes.
Result<Footprint> FootprintOf(const std::vector<emulation::ElfImage::Section>& sections,
                              const std::vector<emulation::ElfImage::SizedSymbol>& symbols,
                              const IsFillerBetween& is_filler);

// Of a firmware with its model, linked in or added as a segment (firmware_store.h). Link-time optimisation
// merges object files, and with them the sections that say who needs the code; then the source file of each
// function says it, where the ELF has DWARF.
Result<Footprint> FootprintOf(const emulation::ElfImage& image);

// Of firmware that is not ours, whatever its sections. The model is what has the bytes of its file; it is
// taken out of the section that it lies in. A symbol's section is followed by the source file that the ELF
// names for it: ".text naive.c".
Footprint FootprintOfGiven(const emulation::ElfImage& image, std::string_view model_file);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_FOOTPRINT_H_
