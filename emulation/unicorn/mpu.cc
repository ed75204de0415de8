#include "emulation/unicorn/mpu.h"

namespace atome::emulation {
namespace {

constexpr uint32_t kEnable = 1, kControlBits = 7;
constexpr uint32_t kBaseValid = 1u << 4, kBaseRegion = 0xF, kBaseAddress = 0xFFFFFFE0;
constexpr uint32_t kAttributeBits = 0x173FFF3F;  // XN, AP, TEX, S, C, B, SRD, SIZE, ENABLE
constexpr uint32_t kLimitBits = 0xFFFFFFEF;      // LIMIT, AttrIndx, EN

}  // namespace

uint32_t Mpu::Unaliased(uint32_t offset) const {
  if (layout_ == Layout::kArmv6M || offset <= kAttributes || offset > kLastAlias) return offset;
  return (offset - kBase) % 8 == 0 ? kBase : kAttributes;
}

uint32_t Mpu::NumberOf(uint32_t offset) const {
  const uint32_t alias = (offset - kBase) / 8;
  return layout_ == Layout::kArmv8M && alias != 0 ? (number_ & ~3u) | alias : number_;
}

uint32_t Mpu::Read(uint32_t offset) const {
  if (regions_ == 0) return 0;
  const bool armv8 = layout_ == Layout::kArmv8M;
  if (offset >= kMemoryTypes) return armv8 ? memory_types_[(offset - kMemoryTypes) / 4] : 0;
  const uint32_t region = NumberOf(offset);
  const bool chosen = region < regions_;
  switch (Unaliased(offset)) {
    case kType:
      return regions_ << 8;
    case kControl:
      return control_;
    case kNumber:
      return number_;
    case kBase:
      return chosen ? region_[region].base | (armv8 ? 0 : region & kBaseRegion) : 0;
    case kAttributes:
      return chosen ? region_[region].attributes : 0;
    default:
      return 0;
  }
}

void Mpu::Write(uint32_t offset, uint32_t value) {
  if (regions_ == 0) return;
  const bool armv8 = layout_ == Layout::kArmv8M;
  if (offset >= kMemoryTypes) {
    if (armv8) memory_types_[(offset - kMemoryTypes) / 4] = value;
    return;
  }
  const uint32_t region = NumberOf(offset);
  switch (Unaliased(offset)) {
    case kControl:
      control_ = value & kControlBits;
      was_enabled_ |= (value & kEnable) != 0;
      break;
    case kNumber:
      number_ = value & 0xFF;
      break;
    case kBase:
      if (armv8) {
        if (region < regions_) region_[region].base = value;
        break;
      }
      if ((value & kBaseValid) != 0 && (value & kBaseRegion) >= regions_) break;  // unpredictable
      if ((value & kBaseValid) != 0) number_ = value & kBaseRegion;
      if (number_ < regions_) region_[number_].base = value & kBaseAddress;
      break;
    case kAttributes:
      if (region < regions_) region_[region].attributes = value & (armv8 ? kLimitBits : kAttributeBits);
      break;
    default:
      break;
  }
}

}  // namespace atome::emulation
