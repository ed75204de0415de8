// Firmware in other forms than ELF: Intel HEX, UF2, raw bytes; what can be read can be written and read back.
#include <optional>
#include <string>

#include "emulation/boards/core.h"
#include "emulation/elf/elf_image.h"
#include "emulation/elf/firmware_file.h"
#include "emulation/fuzz/input.h"

using namespace atome::emulation;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  atome::fuzz::Input input(data, size);
  const uint8_t how = input.Byte();
  const std::string name = (how & 1) != 0 ? "f.bin" : "f.hex";
  const MemoryMap map = MapOf(*FindCore((how & 2) != 0 ? "m3" : "m0"));
  FirmwareFileOptions options;
  if ((how & 4) != 0) options.load = input.Word();
  if ((how & 8) != 0) options.chip = "RP2040";
  std::string error;
  const std::optional<FirmwareFile> file =
      ReadFirmwareFile(std::string(input.Rest()), name, map, options, error);
  if (!file) {
    atome::fuzz::Require(atome::fuzz::IsOneLine(error), "a line that says why");
    return 0;
  }
  if (ElfImage::Read(file->elf, name, error) == nullptr) return 0;  // it was an ELF, which is looked at late
  for (const FirmwareForm form : {FirmwareForm::kBin, FirmwareForm::kIntelHex, FirmwareForm::kUf2}) {
    const std::optional<std::string> other = WriteFirmwareFile(file->elf, form, options.chip, error);
    if (!other || form == FirmwareForm::kBin) continue;
    atome::fuzz::Require(ReadFirmwareFile(*other, "f.hex", map, {}, error).has_value(),
                         "reads what it wrote");
  }
  return 0;
}
