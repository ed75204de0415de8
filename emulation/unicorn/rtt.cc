#include "emulation/unicorn/rtt.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace atome::emulation {
namespace {

constexpr std::string_view kMagic("SEGGER RTT\0\0\0\0\0\0", 16);
constexpr uint32_t kUpCount = 16, kDownCount = 20, kRings = 24;  // offsets in the block
constexpr uint32_t kRingBytes = 24;
constexpr uint32_t kBuffer = 4, kSize = 8, kWrite = 12, kRead = 16;  // offsets in a ring
constexpr uint32_t kMostRings = 16;                                  // each way

}  // namespace

bool Rtt::Find(uint32_t address, uint32_t bytes) {
  const uint8_t* begin = memory_.Writable(address, bytes);
  if (begin == nullptr) return false;
  const std::string_view text(reinterpret_cast<const char*>(begin), bytes);
  for (size_t at = text.find(kMagic); at != std::string_view::npos; at = text.find(kMagic, at + 1)) {
    block_ = address + static_cast<uint32_t>(at);
    if (*block_ % 4 == 0 && RingAt(0)) return true;
  }
  block_.reset();
  return false;
}

// 0 while the block is not in use or not sound.
uint32_t Rtt::UpRings() const {
  if (!block_) return 0;
  const uint8_t* magic = memory_.Readable(*block_, static_cast<uint32_t>(kMagic.size()));
  if (magic == nullptr || std::memcmp(magic, kMagic.data(), kMagic.size()) != 0) return 0;
  const uint32_t up = memory_.Word(*block_ + kUpCount).value_or(0);
  const uint32_t down = memory_.Word(*block_ + kDownCount).value_or(~0u);
  return up <= kMostRings && down <= kMostRings ? up : 0;
}

// The ring, if its offsets lie in its buffer and that in memory.
std::optional<Rtt::Ring> Rtt::RingAt(uint32_t index) const {
  if (UpRings() == 0 || index >= UpRings() + memory_.Word(*block_ + kDownCount).value_or(0))
    return std::nullopt;
  const uint32_t at = *block_ + kRings + kRingBytes * index;
  const auto word = [&](uint32_t offset) { return memory_.Word(at + offset).value_or(~0u); };
  const Ring ring{at, word(kBuffer), word(kSize), word(kWrite), word(kRead)};
  const bool sound = ring.bytes != 0 && ring.write < ring.bytes && ring.read < ring.bytes &&
                     memory_.Readable(ring.buffer, ring.bytes) != nullptr;
  return sound ? std::optional(ring) : std::nullopt;
}

bool Rtt::Empty(Ring ring) {
  const std::string_view buffer(reinterpret_cast<const char*>(memory_.Readable(ring.buffer, ring.bytes)),
                                ring.bytes);
  bool room = true;
  if (ring.read > ring.write) {
    room = console_.Print(kRttConsole, buffer.substr(ring.read));
    ring.read = 0;
  }
  room = room && console_.Print(kRttConsole, buffer.substr(ring.read, ring.write - ring.read));
  return memory_.SetWord(ring.descriptor + kRead, ring.write) && room;
}

bool Rtt::Empty() {
  const std::optional<Ring> ring = RingAt(0);
  return !ring || Empty(*ring);
}

bool Rtt::OnStore(uint32_t address, uint32_t value) {
  if (!block_ || address != *block_ + kRings + kWrite) return true;
  std::optional<Ring> ring = RingAt(0);
  if (!ring || value >= ring->bytes) return true;
  ring->write = value;
  return Empty(*ring);
}

void Rtt::OnLoad(uint32_t address) {
  if (!console_.has_input() || !block_) return;
  std::optional<Ring> ring = RingAt(UpRings());  // the first down ring
  if (!ring || address != ring->descriptor + kWrite) return;
  uint8_t* buffer = memory_.Writable(ring->buffer, ring->bytes);
  if (buffer == nullptr) return;
  // One byte stays free, as a full ring would look empty.
  const uint32_t room = (ring->read + ring->bytes - ring->write - 1) % ring->bytes;
  for (const char c : console_.Take(room)) {
    buffer[ring->write] = static_cast<uint8_t>(c);
    ring->write = (ring->write + 1) % ring->bytes;
  }
  memory_.SetWord(ring->descriptor + kWrite, ring->write);
}

}  // namespace atome::emulation
