// What both emulators check before they start.
#ifndef ATOME_EMULATION_MACHINE_PREPARE_H_
#define ATOME_EMULATION_MACHINE_PREPARE_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "emulation/elf/elf_image.h"
#include "emulation/machine/limits.h"
#include "emulation/machine/machine.h"

namespace atome::emulation {

struct Prepared {
  std::unique_ptr<ElfImage> image;
  MemoryMap map{};
  uint32_t stack_pointer = 0;  // the first two words of the vector table
  uint32_t reset = 0;          // without the Thumb bit
  std::optional<GrantedFolder> files;
  std::optional<uint32_t> mark;
  std::optional<uint32_t> from;
  std::optional<uint32_t> to;
};

// Checks a request. Returns nothing when it cannot run; then `result` is kRejected and says why.
std::optional<Prepared> Prepare(const RunRequest& request, RunResult& result);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_PREPARE_H_
