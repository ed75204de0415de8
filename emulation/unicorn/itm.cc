#include "emulation/unicorn/itm.h"

#include "emulation/unicorn/lanes.h"

namespace atome::emulation {
namespace {

constexpr uint32_t kPorts = 0x80;  // 32 words of stimulus ports
constexpr uint32_t kEnable = 0xE00, kPrivilege = 0xE40, kControl = 0xE80;
constexpr uint32_t kLockAccess = 0xFB0, kLockStatus = 0xFB4;
constexpr uint32_t kKey = 0xC5ACCE55;
constexpr uint32_t kItmEnabled = 1;
constexpr uint32_t kControlBits = 0x007F0F1F;  // without BUSY

}  // namespace

void Itm::SwitchOn() {
  ports_ = ~0u;
  control_ = kItmEnabled;
}

bool Itm::Enabled(uint32_t port, bool traces) const {
  return traces && (control_ & kItmEnabled) != 0 && (ports_ >> port & 1) != 0;
}

uint32_t Itm::Read(uint32_t word, bool traces) const {
  if (word < kPorts) return Enabled(word / 4, traces) ? 1 : 0;
  switch (word) {
    case kEnable:
      return ports_;
    case kPrivilege:
      return privilege_;
    case kControl:
      return control_;
    case kLockStatus:
      return locked_ ? 3 : 1;  // there is a lock
    default:
      return 0;
  }
}

std::string Itm::Write(uint32_t offset, unsigned bytes, uint32_t value, bool traces) {
  const uint32_t word = offset & ~3u;
  if (word < kPorts) {
    std::string sent;
    if (word == 0 && Enabled(0, traces)) {
      for (unsigned k = 0; k < bytes; ++k) sent += static_cast<char>(value >> 8 * k);
    }
    return sent;
  }
  if (word == kLockAccess) locked_ = value != kKey;
  if (locked_) return {};
  const uint32_t lane = LaneOf(offset, bytes);
  const auto set = [&](uint32_t& old, uint32_t writable) {
    old = (old & ~(lane & writable)) | (value << ShiftOf(offset) & lane & writable);
  };
  if (word == kEnable) set(ports_, ~0u);
  if (word == kPrivilege) set(privilege_, 0xF);
  if (word == kControl) set(control_, kControlBits);
  return {};
}

}  // namespace atome::emulation
