#include "emulation/core.h"

#include <array>

namespace atome::emulation {
namespace {

#include "emulation/cores.inc"

}  // namespace

std::span<const Core> Cores() { return kCores; }

const Core* FindCore(std::string_view name) {
  for (const Core& core : kCores) {
    if (core.name == name) return &core;
  }
  return nullptr;
}

}  // namespace atome::emulation
