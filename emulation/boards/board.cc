#include "emulation/boards/board.h"

#include <algorithm>
#include <array>

namespace atome::emulation {
namespace {

#include "emulation/boards/boards.inc"

bool LoadsInto(const ElfImage& image, uint32_t address, uint32_t bytes) {
  return std::ranges::any_of(image.segments(), [address, bytes](const ElfImage::Segment& segment) {
    return !segment.bytes.empty() && segment.load_address - address < bytes;
  });
}

}  // namespace

std::span<const Board> Boards() { return kBoards; }

const Board* FindBoard(std::string_view name) {
  const auto board = std::ranges::find(kBoards, name, &Board::name);
  return board == kBoards.end() ? nullptr : &*board;
}

MemoryMap MapFor(const Board& board, const ElfImage& image) {
  MemoryMap map = {.flash_address = board.flash_address,
                   .flash_bytes = board.flash_bytes,
                   .vector_address = board.flash_address + board.vector_offset,
                   .ram_address = board.ram_address,
                   .ram_bytes = board.ram_bytes,
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
