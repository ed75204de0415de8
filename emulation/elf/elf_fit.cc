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

// How much of a flash that is RAM the program can write: all behind its code and constants.
uint32_t WritableAtEnd(const ElfImage& image, const MemoryMap& map) {
  uint32_t fixed = 0, changing = map.flash_bytes;
  for (const ElfImage::Segment& segment : image.segments()) {
    const uint32_t begin = segment.run_address - map.flash_address;
    if (begin >= map.flash_bytes) continue;
    if (segment.writable)
      changing = std::min(changing, begin);
    else
      fixed = std::max(fixed, begin + std::min(segment.memory_bytes, map.flash_bytes - begin));
  }
  fixed = std::min(fixed, changing);
  return map.flash_bytes - fixed / kWritablePage * kWritablePage;
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
  if (!LoadsInto(image, board.flash_address, board.flash_bytes)) {
    const auto alias = std::ranges::find_if(
        board.flash_aliases, [&](uint32_t place) { return LoadsInto(image, place, board.flash_bytes); });
    if (alias != board.flash_aliases.end()) map.flash_address = map.vector_address = *alias;
  }
  if (board.flash_is_ram) map.flash_ram_bytes = WritableAtEnd(image, map);
  return map;
}

}  // namespace atome::emulation
