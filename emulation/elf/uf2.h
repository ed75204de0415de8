// UF2, the format of USB boot loaders (github.com/microsoft/uf2).
#ifndef ATOME_EMULATION_ELF_UF2_H_
#define ATOME_EMULATION_ELF_UF2_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/elf/loaded_bytes.h"

namespace atome::emulation {

// Whether it begins as UF2 does.
bool IsUf2(std::string_view bytes);

// The blocks for the main flash as an ELF executable (image_pieces.h). Each block's magic numbers, size and
// number are checked, and all have to be there. `chip` is what the program is to run on, "STM32F407VG"; a
// file for a family that is known to be another is refused; empty: not checked. Nothing for what cannot be
// used; then `error` says which block and why.
std::optional<std::string> ElfOfUf2(std::string_view bytes, std::string_view chip, std::string& error);

// The other way: blocks of 256 bytes at multiples of 256, as boot ROMs want them, what of one is in no piece
// as 0xFF. Of the family that the chip is of; nothing, and why with those that are known, when none is.
std::optional<std::string> Uf2Of(const std::vector<LoadedBytes>& pieces, std::string_view chip,
                                 std::string& error);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_UF2_H_
