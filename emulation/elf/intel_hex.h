// Intel HEX (Hexadecimal Object File Format Specification, revision A, 1988).
#ifndef ATOME_EMULATION_ELF_INTEL_HEX_H_
#define ATOME_EMULATION_ELF_INTEL_HEX_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/elf/loaded_bytes.h"

namespace atome::emulation {

// The text as an ELF executable (image_pieces.h). All six types of records; each checksum is checked, and the
// end record has to be there. Nothing for another text; then `error` says which line and why.
std::optional<std::string> ElfOfIntelHex(std::string_view text, std::string& error);

// The other way: records of at most 16 bytes, in order of address, with the place where it starts.
std::string IntelHexOf(const std::vector<LoadedBytes>& pieces, uint32_t entry);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_INTEL_HEX_H_
