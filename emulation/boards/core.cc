#include "emulation/boards/core.h"

#include <array>

namespace atome::emulation {
namespace {

#include "emulation/boards/cores.inc"

}  // namespace

std::span<const Core> Cores() { return kCores; }

const Core* FindCore(std::string_view name) {
  for (const Core& core : kCores) {
    if (core.name == name) return &core;
  }
  return nullptr;
}

MemoryMap MapOf(const Core& core) {
  return {.flash_address = kFlashAddress,
          .flash_bytes = core.flash_bytes,
          .vector_address = kFlashAddress,
          .ram_address = kRamAddress,
          .ram_bytes = core.ram_bytes,
          .second_bank_address = 0,
          .title = core.title};
}

}  // namespace atome::emulation
