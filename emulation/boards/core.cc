#include "emulation/boards/core.h"

#include <array>

#include "emulation/timing/timing_core.h"

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
  return {.memories = {{.name = "flash",
                        .address = core.flash_address,
                        .bytes = core.flash_bytes,
                        .writable = false,
                        .image_places = {kFlashAddress, 0x08000000}},
                       {.name = "RAM", .address = core.ram_address, .bytes = core.ram_bytes}},
          .program_address = core.flash_address,
          .vector_address = core.flash_address,
          .title = std::string(core.title)};
}

bool HasBitBand(const Core& core) {
  return timing::ClockOf(core.name).pipeline == timing::PipelineKind::kFetchBuffer;
}

}  // namespace atome::emulation
