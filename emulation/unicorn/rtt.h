// SEGGER's Real Time Transfer: rings in the program's memory that a debugger reads and fills.
#ifndef ATOME_EMULATION_UNICORN_RTT_H_
#define ATOME_EMULATION_UNICORN_RTT_H_

#include <cstdint>
#include <optional>

#include "emulation/machine/console.h"
#include "emulation/machine/guest_memory.h"

namespace atome::emulation {

// The control block, by SEGGER's UM08001, "RTT control block": 16 bytes of magic, the numbers of up and down
// rings, then 24 bytes for each ring: name, buffer, its size, write offset, read offset, flags. The host
// empties up ring 0 as soon as the program has moved its write offset, so that a program never waits, and
// fills down ring 0 when the program looks for input. The block is the program's: nothing in it is trusted.
class Rtt {
 public:
  Rtt(GuestMemory& memory, Console& console) : memory_(memory), console_(console) {}

  // Where the control block is or will be. A block is in use once the program has written its magic.
  void SetBlock(uint32_t address) { block_ = address; }
  // Looks for the magic in that part of memory. Whether a block is there.
  bool Find(uint32_t address, uint32_t bytes);
  std::optional<uint32_t> block() const { return block_; }
  // The part of memory whose loads and stores have to be told, from the block's start; and a block of one
  // ring.
  static constexpr uint32_t kWatchedBytes = 24 + 24 * 32, kLeastBytes = 24 + 24;

  // Before a store of a word: prints what it releases. False when there is no room for that.
  [[nodiscard]] bool OnStore(uint32_t address, uint32_t value);
  // Before a load.
  void OnLoad(uint32_t address);
  // At the end, and where the block was found late. False when there is no room.
  [[nodiscard]] bool Empty();

 private:
  struct Ring {
    uint32_t descriptor;
    uint32_t buffer, bytes, write, read;
  };
  std::optional<Ring> RingAt(uint32_t index) const;
  [[nodiscard]] bool Empty(Ring ring);
  uint32_t UpRings() const;

  GuestMemory& memory_;
  Console& console_;
  std::optional<uint32_t> block_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_RTT_H_
