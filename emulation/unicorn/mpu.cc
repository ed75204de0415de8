#include "emulation/unicorn/mpu.h"

namespace atome::emulation {
namespace {

constexpr uint32_t kEnable = 1, kControlBits = 7;
constexpr uint32_t kBaseValid = 1u << 4, kBaseRegion = 0xF, kBaseAddress = 0xFFFFFFE0;
constexpr uint32_t kAttributeBits = 0x173FFF3F;  // XN, AP, TEX, S, C, B, SRD, SIZE, ENABLE

}  // namespace

uint32_t Mpu::Unaliased(uint32_t offset) const {
  if (!has_aliases_ || offset <= kAttributes) return offset;
  return (offset - kBase) % 8 == 0 ? kBase : kAttributes;
}

uint32_t Mpu::Read(uint32_t offset) const {
  if (regions_ == 0) return 0;
  const bool chosen = number_ < regions_;
  switch (Unaliased(offset)) {
    case kType:
      return regions_ << 8;
    case kControl:
      return control_;
    case kNumber:
      return number_;
    case kBase:
      return chosen ? region_[number_].base | (number_ & kBaseRegion) : 0;
    case kAttributes:
      return chosen ? region_[number_].attributes : 0;
    default:
      return 0;
  }
}

void Mpu::Write(uint32_t offset, uint32_t value) {
  if (regions_ == 0) return;
  switch (Unaliased(offset)) {
    case kControl:
      control_ = value & kControlBits;
      was_enabled_ |= (value & kEnable) != 0;
      break;
    case kNumber:
      number_ = value & 0xFF;
      break;
    case kBase:
      if ((value & kBaseValid) != 0 && (value & kBaseRegion) >= regions_) break;  // unpredictable
      if ((value & kBaseValid) != 0) number_ = value & kBaseRegion;
      if (number_ < regions_) region_[number_].base = value & kBaseAddress;
      break;
    case kAttributes:
      if (number_ < regions_) region_[number_].attributes = value & kAttributeBits;
      break;
    default:
      break;
  }
}

}  // namespace atome::emulation
