// Intel HEX (Hexadecimal Object File Format Specification, revision A, 1988).
#ifndef ATOME_EMULATION_ELF_INTEL_HEX_H_
#define ATOME_EMULATION_ELF_INTEL_HEX_H_

#include <optional>
#include <string>
#include <string_view>

namespace atome::emulation {

// The text as an ELF executable (image_pieces.h). All six types of records; each checksum is checked, and the
// end record has to be there. Nothing for another text; then `error` says which line and why.
std::optional<std::string> ElfOfIntelHex(std::string_view text, std::string& error);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_INTEL_HEX_H_
