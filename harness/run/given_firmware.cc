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
  Firmware firmware{*std::move(elf), std::filesystem::path(path).filename().string()};
  firmware.given = true;
  return firmware;
}

Result<std::shared_ptr<const Firmware>> GivenFirmware(const std::string& path, bool place_named,
                                                      const std::vector<std::string>& builds) {
  if (path.empty()) return std::shared_ptr<const Firmware>();
  if (!builds.empty()) return Bad("--build is of our own firmware; leave it out with --firmware");
  if (!place_named)
    return Bad(StrCat("--firmware ", path, ": which core is it for? Give --core, as in --core m3"));
  Result<Firmware> loaded = LoadGivenFirmware(path);
  if (!loaded.ok()) return loaded.error();
  return std::make_shared<const Firmware>(*std::move(loaded));
}

std::string GivenFirmwareDetail(const Firmware& firmware) { return StrCat("firmware ", firmware.name); }

}  // namespace atome::harness
