#include "emulation/boards/memory_map.h"

#include <algorithm>

#include "emulation/base/hex.h"
#include "emulation/base/number.h"

namespace atome::emulation {
namespace {

struct Reserved {
  MemoryRange range;
  const char* what;
};
constexpr Reserved kPeripheralSpace = {{0x40000000, 0x20000000}, "peripherals"};
constexpr Reserved kPrivateBus = {{0xE0000000, 0x20000000}, "the core's own peripherals"};
constexpr Reserved kBitBand = {{0x22000000, 0x02000000}, "the bit-band aliases of RAM"};

struct Named {
  MemoryRange range;
  std::string_view name;
};

std::string Place(const Named& place) {
  return std::string(place.name) + " (" + std::to_string(place.range.bytes) + " bytes at " +
         Hex(place.range.begin) + ")";
}

}  // namespace

std::optional<Rights> ParseRights(std::string_view text) {
  const auto count = [text](char letter) { return std::ranges::count(text, letter); };
  const bool others = std::ranges::any_of(text, [](char c) { return c != 'r' && c != 'w' && c != 'x'; });
  if (others || count('r') != 1 || count('w') > 1 || count('x') > 1) return std::nullopt;
  return Rights{.writable = count('w') != 0, .executable = count('x') != 0};
}

std::optional<MemoryOverride> ParseMemoryOverride(std::string_view text, std::string& why) {
  constexpr std::string_view kExample = "as in SRAM2=0x20010000:64K:rwx";
  const size_t equals = text.find('='), colon = text.find(':', std::min(equals, text.size()));
  const auto complain = [&](const std::string& what) {
    why = "\"" + std::string(text) + "\" " + what + ", " + std::string(kExample);
    return std::nullopt;
  };
  if (equals == 0 || equals == std::string_view::npos || colon == std::string_view::npos)
    return complain("is no memory; give NAME=ADDRESS:BYTES or NAME=ADDRESS:BYTES:RIGHTS");
  const size_t second = std::min(text.find(':', colon + 1), text.size());
  MemoryOverride memory{.name = std::string(text.substr(0, equals)), .rights = {}};
  const auto address = ParseNumber(text.substr(equals + 1, colon - equals - 1));
  const auto bytes = ParseNumber(text.substr(colon + 1, second - colon - 1));
  if (!address || !bytes) return complain("has no address or no size; give numbers");
  memory.address = *address;
  memory.bytes = *bytes;
  if (second < text.size()) {
    memory.rights = ParseRights(text.substr(second + 1));
    if (!memory.rights) return complain("has other rights than r, rw, rx or rwx");
  }
  return memory;
}

std::string TextOf(const MemoryOverride& memory) {
  std::string text = memory.name + "=" + Hex(memory.address) + ":";
  text += memory.bytes % kMemoryPage == 0 ? std::to_string(memory.bytes / kMemoryPage) + "K"
                                          : std::to_string(memory.bytes);
  if (memory.rights)
    text += std::string(":r") + (memory.rights->writable ? "w" : "") + (memory.rights->executable ? "x" : "");
  return text;
}

std::string WhyNotSound(std::span<const Memory> memories, bool bit_band) {
  if (memories.empty()) return "there is no memory; give the one that the program starts in, then RAM";
  if (memories.size() > kMostMemories)
    return "there are " + std::to_string(memories.size()) + " memories; give at most " +
           std::to_string(kMostMemories);
  uint64_t sum = 0;
  std::vector<Named> places;
  for (const Memory& memory : memories) {
    if (memory.name.empty()) return "a memory at " + Hex(memory.address) + " has no name; give one";
    if (memory.bytes == 0 || memory.bytes % kMemoryPage != 0 || memory.bytes > kMostMemoryBytes)
      return memory.name + " has " + std::to_string(memory.bytes) +
             " bytes; give a multiple of 1024, at most 64M";
    sum += memory.bytes;
    places.push_back({{memory.address, memory.bytes}, memory.name});
    for (const uint32_t alias : memory.aliases) places.push_back({{alias, memory.bytes}, memory.name});
    for (const uint32_t place : memory.image_places) {
      if (place % kMemoryPage != 0 || uint64_t{place} + memory.bytes > kPeripheralSpace.range.begin)
        return "an image cannot be placed at " + Hex(place) + " in " + memory.name +
               "; give a multiple of 1024 below peripherals";
    }
  }
  if (sum > kMostMemoriesBytes)
    return "the memories have " + std::to_string(sum) + " bytes in all; give at most 256M";
  std::ranges::stable_sort(places, {}, [](const Named& place) { return place.range.begin; });
  for (size_t k = 0; k < places.size(); ++k) {
    const Named& place = places[k];
    if (place.range.begin % kMemoryPage != 0 || place.range.end() > (uint64_t{1} << 32))
      return Place(place) + " does not begin at a multiple of 1024, or ends behind the address space";
    for (const Reserved& reserved : {kPeripheralSpace, kPrivateBus, kBitBand}) {
      if (reserved.range.begin == kBitBand.range.begin && !bit_band) continue;
      if (place.range.Overlaps(reserved.range))
        return Place(place) + " lies where " + reserved.what + " are: " + Hex(reserved.range.begin) + " to " +
               Hex(reserved.range.end() - 1) + "; give another address";
    }
    if (k > 0 && places[k - 1].range.Overlaps(place.range))
      return Place(place) + " and " + Place(places[k - 1]) + " overlap; move or shorten one";
  }
  return {};
}

const Memory* MemoryMap::At(uint32_t address) const {
  for (const Memory& memory : memories) {
    const auto has = [&memory, address](uint32_t begin) { return address - begin < memory.bytes; };
    if (has(memory.address) || std::ranges::any_of(memory.aliases, has)) return &memory;
  }
  return nullptr;
}

bool MemoryMap::IsWritable(uint32_t address) const {
  const Memory* const memory = At(address);
  return memory != nullptr && memory->writable && !IsProtected(address);
}

MemoryRange MemoryMap::WritableRun(uint32_t address) const {
  std::vector<MemoryRange> ranges;
  for (const Memory& memory : memories) {
    if (!memory.writable) continue;
    std::vector<uint32_t> begins = memory.aliases;
    begins.push_back(memory.address);
    for (const uint32_t begin : begins) {
      const uint32_t kept = begin == program_address ? protected_bytes : 0;
      ranges.push_back({begin + kept, memory.bytes - kept});
    }
  }
  std::ranges::sort(ranges, {}, &MemoryRange::begin);
  MemoryRange run;
  for (const MemoryRange& range : ranges) {
    if (run.bytes != 0 && run.end() == range.begin)
      run.bytes += range.bytes;
    else if (run.Has(address) || (run.bytes != 0 && run.end() == address))
      return run;
    else
      run = range;
  }
  return run.Has(address) || (run.bytes != 0 && run.end() == address) ? run : MemoryRange{};
}

MemoryRange MemoryMap::ram() const {
  for (size_t k = 1; k < memories.size(); ++k) {
    if (memories[k].writable) return WritableRun(memories[k].address);
  }
  return WritableRun(program_address + protected_bytes);
}

void MemoryMap::Put(const MemoryOverride& given) {
  const auto found = std::ranges::find(memories, given.name, &Memory::name);
  Memory memory{.name = given.name, .address = given.address, .bytes = given.bytes};
  if (found != memories.end()) {
    memory.writable = found->writable;
    memory.executable = found->executable;
    memory.second_bank = found->second_bank;
    if (found->address == given.address) {
      memory.aliases = found->aliases;
      memory.image_places = found->image_places;
    }
  }
  if (given.rights) {
    memory.writable = given.rights->writable;
    memory.executable = given.rights->executable;
  }
  if (found == memories.end()) {
    memories.push_back(std::move(memory));
    return;
  }
  if (found == memories.begin()) {
    vector_address += given.address - program_address;
    program_address = given.address;
  }
  *found = std::move(memory);
}

}  // namespace atome::emulation
