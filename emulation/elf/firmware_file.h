// Firmware as people have it: ELF, Intel HEX, UF2 or raw bytes, made into an ELF, and the other way.
#ifndef ATOME_EMULATION_ELF_FIRMWARE_FILE_H_
#define ATOME_EMULATION_ELF_FIRMWARE_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulation/boards/memory_map.h"

namespace atome::emulation {

struct FirmwareFile {
  std::string elf;
  bool raw_image = false;  // it was none: bytes alone, which do not tell code from data
};

struct FirmwareFileOptions {
  std::optional<uint32_t>
      load;               // where raw bytes go; else where their reset handler fits one of map's places
  std::string_view chip;  // that it is to run on; empty: any
};

// Recognises a file by its contents, then by its name; what has no known form is raw bytes when the name ends
// in .bin or `load` is given. Nothing for a file that cannot be used; then `error` names it, the line or
// block, and the remedy. No input makes it crash.
std::optional<FirmwareFile> ReadFirmwareFile(std::string bytes, const std::string& name, const MemoryMap& map,
                                             const FirmwareFileOptions& options, std::string& error);

enum class FirmwareForm { kElf, kBin, kIntelHex, kUf2 };
// By the ending .elf, .bin, .hex or .uf2.
std::optional<FirmwareForm> FirmwareFormOf(std::string_view name);

// The other way: an ELF in another form, for `chip` ("STM32F411RE"; empty: a bare core). What .bin and .uf2
// have between pieces is 0xFF, as erased flash. Nothing when it cannot be; then `error` says why.
std::optional<std::string> WriteFirmwareFile(const std::string& elf, FirmwareForm form, std::string_view chip,
                                             std::string& error);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_ELF_FIRMWARE_FILE_H_
