#include "emulation/boards/board.h"

#include <algorithm>
#include <array>

namespace atome::emulation {
namespace {

#include "emulation/boards/boards.inc"

}  // namespace

std::span<const Board> Boards() { return kBoards; }

const Board* FindBoard(std::string_view name) {
  const auto board = std::ranges::find(kBoards, name, &Board::name);
  return board == kBoards.end() ? nullptr : &*board;
}

}  // namespace atome::emulation
