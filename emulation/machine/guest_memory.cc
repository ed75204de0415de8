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

GuestMemory::GuestMemory(const MemoryMap& map) : map_(map), program_(map.program()) {
  std::vector<const Memory*> memories;
  for (const Memory& memory : map_.memories) memories.push_back(&memory);
  std::ranges::sort(memories, {}, &Memory::address);
  for (size_t first = 0; first < memories.size();) {
    size_t end = first;
    uint64_t span_end = memories[first]->address;
    for (; end < memories.size() && memories[end]->address == span_end; ++end)
      span_end += memories[end]->bytes;
    const auto bytes = static_cast<uint32_t>(span_end - memories[first]->address);
    bytes_.push_back(Zeroed(bytes));
    spans_.push_back({memories[first]->address, bytes, bytes_.back().get()});
    first = end;
  }
  const auto add = [this](const Memory& memory, uint32_t begin) {
    const auto number = static_cast<uint32_t>(&memory - map_.memories.data());
    const Span& own = *SpanOf(memory.address);
    uint8_t* const data = own.data + (memory.address - own.address);
    places_.push_back({begin, memory.bytes, number, memory.second_bank});
    if (begin != memory.address) spans_.push_back({begin, memory.bytes, data});
    const uint32_t kept = begin == program_.begin ? map_.protected_bytes : 0;
    const Region region{.address = begin,
                        .bytes = memory.bytes,
                        .data = data,
                        .writable = memory.writable,
                        .executable = memory.executable,
                        .program = number == 0};
    Region front = region, back = region;
    front.bytes = kept;
    front.writable = false;
    back.address += kept;
    back.bytes -= kept;
    back.data += kept;
    AddRegion(front);
    AddRegion(back);
  };
  for (const Memory* memory : memories) add(*memory, memory->address);
  for (const Memory* memory : memories) {
    for (const uint32_t alias : memory->aliases) add(*memory, alias);
  }
  // Most accesses are to the usual RAM, then to the program's memory.
  const auto rank = [](const Place& place) { return place.memory == 1 ? 0 : place.memory == 0 ? 1 : 2; };
  std::ranges::stable_sort(places_, {}, rank);
}

void GuestMemory::AddRegion(const Region& region) {
  if (region.bytes == 0) return;
  if (!regions_.empty()) {
    Region& last = regions_.back();
    const bool follows = last.data + last.bytes == region.data && last.address + last.bytes == region.address;
    if (follows && last.writable == region.writable && last.executable == region.executable &&
        last.program == region.program) {
      last.bytes += region.bytes;
      return;
    }
  }
  regions_.push_back(region);
}

// Of segments that overlap the last one counts. So they are copied from the last on, each where no other has
// been: thousands that lie on each other cost no more than one.
void GuestMemory::Load(const ElfImage& image) {
  FirstCover loaded;  // by addresses of the host, as an alias has the bytes of its memory
  for (size_t i = image.segments().size(); i-- > 0;) {
    const ElfImage::Segment& segment = image.segments()[i];
    size_t done = 0;
    while (done < segment.bytes.size()) {
      const auto at = static_cast<uint32_t>(segment.load_address + done);
      const Span* const span = SpanOf(at);
      if (span == nullptr) break;
      const size_t room = span->bytes - (at - span->address);
      const size_t bytes = std::min(room, segment.bytes.size() - done);
      const uint8_t* const from = segment.bytes.data() + done;
      const auto to = reinterpret_cast<uintptr_t>(span->data + (at - span->address));
      loaded.Add(to, to + bytes, i, [from, to](const FirstCover::Part& part) {
        std::memcpy(reinterpret_cast<uint8_t*>(part.begin), from + (part.begin - to), part.end - part.begin);
      });
      done += bytes;
    }
  }
}

bool GuestMemory::IsFixed(uint32_t address) const {
  const auto region =
      std::ranges::find_if(regions_, [address](const Region& each) { return each.Has(address); });
  return region != regions_.end() && !region->writable;
}

const GuestMemory::Span* GuestMemory::SpanOf(uint32_t address) const {
  for (const Span& span : spans_) {
    if (address - span.address < span.bytes) return &span;
  }
  return nullptr;
}

const uint8_t* GuestMemory::Readable(uint32_t address, uint32_t bytes) const {
  const Span* const span = SpanOf(address);
  if (span == nullptr || bytes > span->bytes - (address - span->address)) return nullptr;
  return span->data + (address - span->address);
}

uint8_t* GuestMemory::Anywhere(uint32_t address) {
  const Span* const span = SpanOf(address);
  return span == nullptr ? nullptr : span->data + (address - span->address);
}

uint8_t* GuestMemory::Writable(uint32_t address, uint32_t bytes) {
  for (const Region& region : regions_) {
    if (!region.writable || !region.Has(address)) continue;
    return bytes > region.bytes - (address - region.address) ? nullptr
                                                             : region.data + (address - region.address);
  }
  return nullptr;
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
  const Span* const span = SpanOf(address);
  if (span == nullptr) return std::nullopt;
  const uint8_t* const begin = span->data + (address - span->address);
  const void* nul = std::memchr(begin, 0, span->bytes - (address - span->address));
  if (nul == nullptr) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(begin), static_cast<const char*>(nul));
}

}  // namespace atome::emulation
