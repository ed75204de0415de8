// How much of a board's memories a firmware needs, and whether there is so much.
#ifndef ATOME_HARNESS_SIZE_BOARD_FIT_H_
#define ATOME_HARNESS_SIZE_BOARD_FIT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "emulation/boards/board.h"
#include "emulation/boards/memory_map.h"
#include "emulation/elf/elf_image.h"
#include "harness/model/model.h"
#include "harness/size/state_bytes.h"

namespace atome::harness {

// From the start of the memory that the program starts in, and of the usual RAM, to the last byte needed.
struct MemoryNeeds {
  uint64_t flash_bytes = 0;
  uint64_t ram_bytes = 0;

  bool Fit(const emulation::MemoryMap& map) const {
    return flash_bytes <= map.program().bytes && ram_bytes <= map.ram().bytes;
  }
};

// From the start of the memory that the program starts in to the last byte of the image there: with what
// aligns its sections.
uint64_t FlashNeeded(const emulation::ElfImage& image, const emulation::MemoryMap& map);

// The state and, behind it, the logits are not in the ELF: they lie behind its symbol atome_arena_begin
// (engine/firmware/protocol.md). Nothing when it has no such symbol.
std::optional<MemoryNeeds> NeedsOf(const emulation::ElfImage& image, const emulation::MemoryMap& map,
                                   uint64_t state_bytes, uint32_t vocab_size);

struct BoardFit {
  const emulation::Board* board = nullptr;
  bool fits = false;
  // From the start of the memory; the stack's whole reserved room counts.
  uint64_t flash_bytes_needed = 0;
  uint64_t ram_bytes_needed = 0;
  // With which the same firmware still fits; absent when it does not fit at 1.
  std::optional<uint32_t> longest_max_seq;

  // "does not fit Blue Pill: needs 105 224 bytes of RAM of 20 480". Only when it does not.
  std::string WhyNot() const;
};

// The board's memories, where the firmware of its core is linked. That is a place of the board's own on most.
emulation::MemoryMap MapForFirmware(const emulation::Board& board);

// Of the firmware of `model` in `image`, whose state takes `state_bytes`; `generic` is the state in the
// generic firmware. That of a firmware with its dimensions compiled in is smaller by the same at any max_seq.
// `more_flash`: bytes of the model that `image` lacks.
BoardFit FitOn(const emulation::Board& board, const emulation::ElfImage& image, const Model& model,
               uint64_t state_bytes, StateBytes* generic, uint64_t more_flash = 0);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_BOARD_FIT_H_
