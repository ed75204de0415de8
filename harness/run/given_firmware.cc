#include "harness/run/given_firmware.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "emulation/elf/elf_image.h"
#include "harness/base/file.h"
#include "harness/base/text.h"

namespace atome::harness {

Result<Firmware> LoadGivenFirmware(const std::string& path) {
  Result<std::string> elf = ReadFile(path);
  if (!elf.ok()) return elf.error();
  std::string error;
  if (emulation::ElfImage::Read(*elf, path, error) == nullptr) return Bad(error);
  return Firmware{*std::move(elf), std::filesystem::path(path).filename().string()};
}

std::string GivenFirmwareDetail(const Firmware& firmware) { return StrCat("firmware ", firmware.name); }

}  // namespace atome::harness
