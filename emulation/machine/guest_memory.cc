#include "emulation/machine/guest_memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace atome::emulation {

void GuestMemory::Free::operator()(uint8_t* bytes) const { std::free(bytes); }

// calloc instead of a vector: the pages of megabytes that the firmware never touches are never committed.
GuestMemory::Bytes GuestMemory::Zeroed(uint32_t bytes) {
  auto* memory = static_cast<uint8_t*>(std::calloc(bytes, 1));
  if (memory == nullptr) throw std::bad_alloc();
  return Bytes(memory);
}

GuestMemory::GuestMemory(const MemoryMap& map)
    : map_(map), flash_(Zeroed(map.flash_bytes)), ram_(Zeroed(map.ram_bytes)) {}

void GuestMemory::Load(const ElfImage& image) {
  for (const ElfImage::Segment& segment : image.segments()) {
    if (segment.bytes.empty()) continue;
    const auto bytes = static_cast<uint32_t>(segment.bytes.size());
    std::memcpy(const_cast<uint8_t*>(Readable(segment.load_address, bytes)), segment.bytes.data(), bytes);
  }
}

const uint8_t* GuestMemory::Readable(uint32_t address, uint32_t bytes) const {
  const auto inside = [address, bytes](uint32_t begin, uint32_t size) {
    return address >= begin && uint64_t{address} + bytes <= uint64_t{begin} + size;
  };
  if (inside(map_.flash_address, map_.flash_bytes)) return flash_.get() + (address - map_.flash_address);
  if (inside(map_.ram_address, map_.ram_bytes)) return ram_.get() + (address - map_.ram_address);
  return nullptr;
}

uint8_t* GuestMemory::Writable(uint32_t address, uint32_t bytes) {
  return !map_.IsWritable(address) ? nullptr : const_cast<uint8_t*>(Readable(address, bytes));
}

std::optional<uint16_t> GuestMemory::Halfword(uint32_t address) const {
  const uint8_t* bytes = Readable(address, 2);
  if (bytes == nullptr) return std::nullopt;
  return static_cast<uint16_t>(bytes[0] | bytes[1] << 8);
}

std::optional<uint32_t> GuestMemory::Word(uint32_t address) const {
  const uint8_t* bytes = Readable(address, 4);
  if (bytes == nullptr) return std::nullopt;
  uint32_t value = 0;
  for (int i = 3; i >= 0; --i) value = value << 8 | bytes[i];
  return value;
}

bool GuestMemory::SetWord(uint32_t address, uint32_t value) {
  uint8_t* bytes = Writable(address, 4);
  if (bytes == nullptr) return false;
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
  return true;
}

std::optional<std::string> GuestMemory::Text(uint32_t address) const {
  const uint8_t* begin = Readable(address, 1);
  if (begin == nullptr) return std::nullopt;
  const uint32_t region_end =
      InFlash(address) ? map_.flash_address + map_.flash_bytes : map_.ram_address + map_.ram_bytes;
  const void* nul = std::memchr(begin, 0, region_end - address);
  if (nul == nullptr) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(begin), static_cast<const char*>(nul));
}

}  // namespace atome::emulation
