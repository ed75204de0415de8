// Where the loads and stores of a block lead, from the registers at its start.
#ifndef ATOME_EMULATION_THUMB_BLOCK_ADDRESSES_H_
#define ATOME_EMULATION_THUMB_BLOCK_ADDRESSES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "emulation/base/memory_reader.h"
#include "emulation/thumb/instruction.h"

namespace atome::thumb {

// The address of a load's or store's lowest byte:
//   base at the block's start + (index at the block's start << shift) + constant
struct BlockAddress {
  static constexpr uint8_t kNone = 15;
  uint16_t instruction = 0;  // its place in the run
  uint8_t base = kNone;
  uint8_t index = kNone;
  uint8_t shift = 0;
  // The index is computed in the block and left out: the address may be told to a memory, not to a byte.
  bool nearby = false;
  uint32_t constant = 0;

  bool is_constant() const { return base == kNone && index == kNone; }
  uint32_t At(uint32_t base_value, uint32_t index_value) const {
    return (base == kNone ? 0 : base_value) + (index == kNone ? 0 : index_value << shift) + constant;
  }
};

struct BlockAddresses {
  // Of those loads and stores whose base is known, in order.
  std::vector<BlockAddress> accesses;
  // What the block adds to each register; nothing where that is not a constant.
  std::optional<uint32_t> added[15];
};

// `it_left` instructions at the start belong to an IT block that began before. Constants come from `read`,
// which reads memory that never changes: literals elsewhere count as unknown.
BlockAddresses AddressesOf(std::span<const Instruction> run, unsigned it_left,
                           const emulation::MemoryReader& read);

}  // namespace atome::thumb

#endif  // ATOME_EMULATION_THUMB_BLOCK_ADDRESSES_H_
