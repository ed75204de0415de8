// ElfImage: whether it fits a board or a core, and where.
#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emulation/base/hex.h"
#include "emulation/elf/elf_image.h"

namespace atome::emulation {
namespace {

struct Range {
  uint64_t begin = 0;
  uint64_t bytes = 0;
  const char* what = "";
};

// The program's memory, or others without a gap between them.
struct Home {
  MemoryRange range;
  std::string names;
};

// The program's first, then the others by address.
std::vector<Home> HomesOf(const MemoryMap& map) {
  std::vector<const Memory*> others;
  for (size_t k = 1; k < map.memories.size(); ++k) others.push_back(&map.memories[k]);
  std::ranges::sort(others, {}, &Memory::address);
  std::vector<Home> homes = {{map.program(), map.memories.front().name}};
  for (const Memory* memory : others) {
    if (homes.size() > 1 && homes.back().range.end() == memory->address) {
      homes.back().range.bytes += memory->bytes;
      homes.back().names += ", " + memory->name;
    } else {
      homes.push_back({{memory->address, memory->bytes}, memory->name});
    }
  }
  return homes;
}

// Where the range was meant to be: the home that has its begin, or the nearest one below.
size_t HomeOf(const Range& range, std::span<const Home> homes) {
  std::optional<size_t> below;
  for (size_t k = 0; k < homes.size(); ++k) {
    const MemoryRange& home = homes[k].range;
    if (range.begin < home.begin) continue;
    if (range.begin < home.end()) return k;
    if (!below || home.begin > homes[*below].range.begin) below = k;
  }
  return below.value_or(0);
}

// Bytes of the range in no memory.
uint64_t Outside(const Range& range, const MemoryMap& map) {
  uint64_t inside = 0;
  const auto count = [&](uint64_t memory_begin, uint64_t bytes) {
    const uint64_t begin = std::max(range.begin, memory_begin);
    const uint64_t end = std::min(range.begin + range.bytes, memory_begin + bytes);
    if (end > begin) inside += end - begin;
  };
  for (const Memory& memory : map.memories) {
    count(memory.address, memory.bytes);
    for (const uint32_t alias : memory.aliases) count(alias, memory.bytes);
  }
  return range.bytes - inside;
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

// How much in front of a program's memory that is RAM is code and constants, in full pages.
uint32_t ProtectedBytes(const ElfImage& image, const MemoryRange& program) {
  uint32_t fixed = 0, changing = program.bytes;
  for (const ElfImage::Segment& segment : image.segments()) {
    const uint32_t begin = segment.run_address - program.begin;
    if (begin >= program.bytes) continue;
    if (segment.writable)
      changing = std::min(changing, begin);
    else
      fixed = std::max(fixed, begin + std::min(segment.memory_bytes, program.bytes - begin));
  }
  return std::min(fixed, changing) / kMemoryPage * kMemoryPage;
}

struct Misfit {
  size_t home = 0;
  Range first;
  uint64_t outside = 0;            // bytes
  uint64_t lowest = ~uint64_t{0};  // of the ranges that are not inside whole
  uint64_t end = 0;
};

// Of the first home that has one.
std::optional<Misfit> FindMisfit(const ElfImage& image, const MemoryMap& map, std::span<const Home> homes) {
  std::vector<Misfit> misfits(homes.size());
  for (const ElfImage::Segment& segment : image.segments()) {
    for (const Range& range : Ranges(segment)) {
      const uint64_t outside = Outside(range, map);
      if (outside == 0) continue;
      const size_t home = HomeOf(range, homes);
      Misfit& misfit = misfits[home];
      if (misfit.outside == 0) misfit.first = range;
      misfit.home = home;
      misfit.outside += outside;
      misfit.lowest = std::min(misfit.lowest, range.begin);
      misfit.end = std::max(misfit.end, range.begin + range.bytes);
    }
  }
  const auto found = std::ranges::find_if(misfits, [](const Misfit& misfit) { return misfit.outside != 0; });
  return found == misfits.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

std::string ElfImage::WhyNotOn(const MemoryMap& map) const {
  const std::vector<Home> homes = HomesOf(map);
  if (const std::optional<Misfit> misfit = FindMisfit(*this, map, homes)) {
    const Home& home = homes[misfit->home];
    return std::string(misfit->first.what) + " of " + std::to_string(misfit->first.bytes) + " bytes at " +
           Hex(misfit->first.begin) + " does not fit " + map.title + ": in all " +
           std::to_string(misfit->outside) + " bytes are outside the " + std::to_string(home.range.bytes) +
           " bytes of " + home.names + " at " + Hex(home.range.begin);
  }
  if (!WordAt(map.vector_address) || !WordAt(map.vector_address + 4)) {
    return "no vector table: nothing is loaded at " + Hex(map.vector_address);
  }
  return {};
}

MemoryMap Placed(MemoryMap map, const ElfImage& image) {
  Memory& program = map.memories.front();
  const auto loads = [&](uint32_t place) { return LoadsInto(image, place, program.bytes); };
  if (!loads(program.address)) {
    const auto alias = std::ranges::find_if(program.aliases, loads);
    const auto place = std::ranges::find_if(program.image_places, loads);
    if (alias != program.aliases.end()) {
      map.program_address = map.vector_address = *alias;
    } else if (place != program.image_places.end()) {
      map.program_address = map.vector_address = program.address = *place;
      program.aliases.clear();
      const MemoryRange taken = map.program();
      std::erase_if(map.memories, [&](const Memory& memory) {
        return &memory != &map.memories.front() && taken.Overlaps({memory.address, memory.bytes});
      });
    }
  }
  if (map.memories.front().writable) map.protected_bytes = ProtectedBytes(image, map.program());
  return map;
}

MemoryMap MapFor(const Core& core, const ElfImage& image) { return Placed(MapOf(core), image); }

MemoryMap MapFor(const Board& board, const ElfImage& image) { return Placed(MapOf(board), image); }

std::optional<MemoryOverride> RoomForStack(MemoryMap map, const ElfImage& image) {
  const uint32_t top = image.WordAt(map.vector_address).value_or(0);
  const MemoryRange ram = map.ram();
  const Memory* const last = ram.bytes == 0 ? nullptr : map.At(static_cast<uint32_t>(ram.end() - 1));
  if (last == nullptr || top <= ram.end() || top - last->address > kMostMemoryBytes) return std::nullopt;
  const uint32_t pages = (top - last->address + kMemoryPage - 1) / kMemoryPage;
  const MemoryOverride room{
      .name = last->name, .address = last->address, .bytes = pages * kMemoryPage, .rights = {}};
  map.Put(room);
  return WhyNotSound(map.memories, true).empty() ? std::optional(room) : std::nullopt;
}

std::vector<MemoryOverride> RoomFor(MemoryMap map, const ElfImage& image) {
  constexpr uint64_t kNear = 1u << 20;
  constexpr int kMostRooms = 4;
  std::vector<MemoryOverride> rooms;
  for (int k = 0; k < kMostRooms; ++k) {
    const std::vector<Home> homes = HomesOf(map);
    const std::optional<Misfit> misfit = FindMisfit(image, map, homes);
    if (!misfit) {
      const std::optional<MemoryOverride> stack = rooms.empty() ? std::nullopt : RoomForStack(map, image);
      if (stack) std::erase_if(rooms, [&](const MemoryOverride& room) { return room.name == stack->name; });
      if (stack) rooms.push_back(*stack);
      return rooms;
    }
    const uint64_t home_end = homes[misfit->home].range.end();
    const bool near = misfit->lowest >= homes[misfit->home].range.begin && misfit->lowest < home_end + kNear;
    const Memory* const last = map.At(static_cast<uint32_t>(home_end - 1));
    MemoryOverride room{.name = k == 0 ? "more" : "more" + std::to_string(k + 1), .rights = {}};
    uint64_t begin = misfit->lowest / kMemoryPage * kMemoryPage;
    uint64_t least = 0;
    if (near && last != nullptr) {  // it grows
      room.name = last->name;
      begin = last->address;
    } else if (!LoadsInto(image, map.program_address, map.program().bytes)) {  // it moves
      room.name = map.memories.front().name;
      least = map.program().bytes;
    }
    const uint64_t needed = (misfit->end - begin + kMemoryPage - 1) / kMemoryPage * kMemoryPage;
    if (begin > UINT32_MAX || needed > kMostMemoryBytes) return {};
    room.address = static_cast<uint32_t>(begin);
    room.bytes = static_cast<uint32_t>(std::max(needed, least));
    map.Put(room);
    // Bit-band aliases are kept free on all cores: no image needs them.
    if (!WhyNotSound(map.memories, true).empty()) return {};
    rooms.push_back(room);
  }
  return {};
}

std::optional<uint32_t> FindVectors(const MemoryMap& map, const ElfImage& image) {
  constexpr uint32_t kAlignment = 128;        // of VTOR
  constexpr uint32_t kBehindBootStage = 256;  // RP2040
  std::vector<uint32_t> places;
  for (const ElfImage::Segment& segment : image.segments()) {
    places.push_back(segment.load_address);
    places.push_back(segment.load_address + kBehindBootStage);
  }
  std::ranges::sort(places);
  for (const uint32_t place : places) {
    const std::optional<uint32_t> stack = image.WordAt(place), reset = image.WordAt(place + 4);
    if (place % kAlignment != 0 || !stack || !reset) continue;
    const MemoryRange run = map.WritableRun(*stack);
    const bool stack_is_there = *stack % 4 == 0 && run.bytes != 0 && *stack != run.begin;
    if (stack_is_there && (*reset & 1) != 0 && image.HalfwordAt(*reset & ~1u)) return place;
  }
  return std::nullopt;
}

}  // namespace atome::emulation
