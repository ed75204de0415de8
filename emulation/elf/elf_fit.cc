// ElfImage: whether it fits a board or a core, and where.
#include <algorithm>
#include <vector>

#include "emulation/base/hex.h"
#include "emulation/elf/elf_image.h"

namespace atome::emulation {
namespace {

struct Range {
  uint64_t begin;
  uint64_t bytes;
  const char* what;
};

struct Memory {
  bool ram;
  uint64_t begin;
  uint64_t bytes;
};

// Bytes of the range outside the memory.
uint64_t Outside(const Range& range, const Memory& memory) {
  const uint64_t begin = std::max(range.begin, memory.begin);
  const uint64_t end = std::min(range.begin + range.bytes, memory.begin + memory.bytes);
  return range.bytes - (end > begin ? end - begin : 0);
}

// Where a segment lives once the program runs and, if elsewhere, where its bytes are put.
std::vector<Range> Ranges(const ElfImage::Segment& segment) {
  if (segment.load_address == segment.run_address) {
    return {{segment.run_address, segment.memory_bytes, "segment"}};
  }
  return {{segment.load_address, segment.bytes.size(), "segment"},
          {segment.run_address, segment.memory_bytes, "segment in memory"}};
}

bool LoadsInto(const ElfImage& image, uint32_t address, uint32_t bytes) {
  return std::ranges::any_of(image.segments(), [address, bytes](const ElfImage::Segment& segment) {
    return !segment.bytes.empty() && segment.load_address - address < bytes;
  });
}

}  // namespace

std::string ElfImage::WhyNotOn(const MemoryMap& map) const {
  for (const Memory& memory :
       {Memory{false, map.flash_address, map.flash_bytes}, Memory{true, map.ram_address, map.ram_bytes}}) {
    uint64_t outside = 0;
    Range first = {};
    for (const Segment& segment : segments_) {
      for (const Range& range : Ranges(segment)) {
        const bool for_ram = range.begin >= map.ram_address;
        const uint64_t bytes = for_ram == memory.ram ? Outside(range, memory) : 0;
        if (outside == 0) first = range;
        outside += bytes;
      }
    }
    if (outside != 0) {
      return std::string(first.what) + " of " + std::to_string(first.bytes) + " bytes at " +
             Hex(first.begin) + " does not fit " + std::string(map.title) + ": in all " +
             std::to_string(outside) + " bytes are outside the " + std::to_string(memory.bytes) +
             " bytes of " + (memory.ram ? "RAM at " : "flash at ") + Hex(memory.begin);
    }
  }
  if (!WordAt(map.vector_address) || !WordAt(map.vector_address + 4)) {
    return "no vector table: nothing is loaded at " + Hex(map.vector_address);
  }
  return {};
}

MemoryMap MapFor(const Core& core, const ElfImage& image) {
  MemoryMap map = MapOf(core);
  if (LoadsInto(image, map.flash_address, map.flash_bytes)) return map;
  for (const uint32_t place : kOtherFlash) {
    if (!LoadsInto(image, place, map.flash_bytes)) continue;
    map.flash_address = map.vector_address = place;
    break;
  }
  return map;
}

MemoryMap MapFor(const Board& board, const ElfImage& image) {
  MemoryMap map = {.flash_address = board.flash_address,
                   .flash_bytes = board.flash_bytes,
                   .vector_address = board.flash_address + board.vector_offset,
                   .ram_address = board.ram_address,
                   .ram_bytes = board.ram_bytes,
                   .second_bank_address = board.second_bank_address,
                   .title = board.title};
  if (LoadsInto(image, board.flash_address, board.flash_bytes)) return map;
  for (const uint32_t alias : board.flash_aliases) {
    if (!LoadsInto(image, alias, board.flash_bytes)) continue;
    map.flash_address = map.vector_address = alias;
    break;
  }
  return map;
}

}  // namespace atome::emulation
