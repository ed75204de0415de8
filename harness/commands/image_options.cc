#include "harness/commands/image_options.h"

#include <optional>
#include <utility>

#include "emulation/base/number.h"
#include "emulation/elf/firmware_file.h"
#include "harness/base/text.h"

namespace atome::harness {

void ImageOptions::AddTo(Options& options) {
  options.Texts("--memory", &memories_,
                "NAME=ADDRESS:BYTES[:RIGHTS], a memory besides, or in place of the one of that name, as in "
                "SRAM2=0x20010000:64K:rw");
  options.Text("--vectors", &vectors_,
               "Address of the vector table of an image behind a boot loader, as in 0x08002000");
  options.Text("--load", &load_,
               "Address of the first byte of a raw image (.bin), as in 0x08002000; default: the start of "
               "the flash that its reset handler is in");
}

std::string ImageOptions::Apply(std::string file_bytes, emulation::RunRequest* request) const {
  emulation::MemoryMap map =
      request->board != nullptr ? emulation::MapOf(*request->board) : emulation::MapOf(*request->core);
  for (const std::string& text : memories_) {
    std::string why;
    const auto memory = emulation::ParseMemoryOverride(text, why);
    if (!memory) return StrCat("--memory ", why);
    request->memories.push_back(*memory);
    map.Put(*memory);
  }
  if (!vectors_.empty()) {
    request->vectors = emulation::ParseNumber(vectors_);
    if (!request->vectors || *request->vectors % 128 != 0)
      return StrCat("--vectors \"", vectors_,
                    "\" is no address of a vector table; give a multiple of 128, as in 0x08002000");
  }
  emulation::FirmwareFileOptions options;
  if (!load_.empty()) {
    options.load = emulation::ParseNumber(load_);
    if (!options.load) return StrCat("--load \"", load_, "\" is no address; give one as in 0x08002000");
  }
  if (request->board != nullptr) options.chip = request->board->chip;
  std::string error;
  auto file = emulation::ReadFirmwareFile(std::move(file_bytes), request->elf_name, map, options, error);
  if (!file) return error;
  request->elf = std::move(file->elf);
  request->raw_image = file->raw_image;
  return {};
}

void ImageOptions::AddTo(report::CommandLine* line) const {
  line->Option("--memory", Join(memories_, ",")).Option("--vectors", vectors_).Option("--load", load_);
}

std::string ImageOptions::Detail() const {
  std::vector<std::string> parts;
  for (const std::string& memory : memories_) parts.push_back(StrCat("memory ", memory));
  if (!vectors_.empty()) parts.push_back(StrCat("vectors ", vectors_));
  if (!load_.empty()) parts.push_back(StrCat("load ", load_));
  return Join(parts, ", ");
}

}  // namespace atome::harness
