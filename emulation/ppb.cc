#include "emulation/ppb.h"

namespace atome::emulation {
namespace {

// Armv7-M Architecture Reference Manual, B3.2.2.
constexpr uint32_t kCpuid = 0xED00;
constexpr uint32_t kVtor = 0xED08;
constexpr uint32_t kAircr = 0xED0C;
constexpr uint32_t kCpacr = 0xED88;

constexpr uint32_t kAircrKey = 0x05FA0000;
constexpr uint32_t kAircrKeyRead = 0xFA050000;
constexpr uint32_t kAircrSystemReset = 1u << 2;
constexpr uint32_t kVtorBits = 0xFFFFFF80;
constexpr uint32_t kCpacrFpu = 0x00F00000;            // CP10 and CP11
constexpr uint32_t kCpacrFpuPrivileged = 0x00500000;  // enough here: programs run privileged

}  // namespace

Ppb::Ppb(const Core& core) : core_(core) {}

uint32_t Ppb::Register(uint32_t offset) const {
  switch (offset) {
    case kCpuid:
      return core_.cpuid;
    case kVtor:
      return vtor_;
    case kAircr:
      return kAircrKeyRead;
    case kCpacr:
      return cpacr_;
    default:
      return 0;
  }
}

uint32_t Ppb::Read(uint32_t offset, unsigned bytes) const {
  const uint32_t value = Register(offset & ~3u) >> (8 * (offset & 3));
  return bytes >= 4 ? value : value & ((1u << (8 * bytes)) - 1);
}

void Ppb::Write(uint32_t offset, unsigned bytes, uint32_t value) {
  if (bytes != 4) return;  // the registers kept here are written as words
  switch (offset) {
    case kVtor:
      if (!core_.strict_alignment) vtor_ = value & kVtorBits;
      break;
    case kAircr:
      if ((value & 0xFFFF0000) == kAircrKey && (value & kAircrSystemReset) != 0) reset_requested_ = true;
      break;
    case kCpacr:
      if (core_.has_fpu) cpacr_ = value & kCpacrFpu;
      break;
    default:
      break;
  }
}

bool Ppb::fpu_enabled() const {
  return core_.has_fpu && (cpacr_ & kCpacrFpuPrivileged) == kCpacrFpuPrivileged;
}

}  // namespace atome::emulation
