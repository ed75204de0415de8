#include "emulation/boards/board.h"

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>

namespace atome::emulation {
namespace {

#include "emulation/boards/boards.inc"

}  // namespace

std::span<const Board> Boards() { return kBoards; }

const Board* FindBoard(std::string_view name) {
  const auto board = std::ranges::find(kBoards, name, &Board::name);
  return board == kBoards.end() ? nullptr : &*board;
}

const Board* BoardAtClock(const Board& board, uint32_t clock_hz, std::string& why) {
  if (clock_hz == board.clock_hz) return &board;
  const std::string name(board.name);
  const auto megahertz = [](uint32_t hz) { return std::to_string(hz / 1'000'000) + " MHz"; };
  if (board.clock_limits_hz.empty()) {
    why = "the flash of " + name + " follows no table of clocks: it runs at " + megahertz(board.clock_hz);
    return nullptr;
  }
  const auto limit = std::ranges::lower_bound(board.clock_limits_hz, clock_hz);
  if (limit == board.clock_limits_hz.end()) {
    why = name + " runs at up to " + megahertz(board.clock_limits_hz.back());
    return nullptr;
  }
  Board set = board;
  set.clock_hz = clock_hz;
  set.wait_states = static_cast<uint32_t>(limit - board.clock_limits_hz.begin());
  // A miss may take more than the wait states.
  const uint32_t more = board.flash.miss_cycles - board.wait_states;
  set.flash.miss_cycles = static_cast<uint16_t>(set.wait_states + more);
  static std::mutex mutex;
  static std::deque<Board> boards;
  const std::lock_guard lock(mutex);
  return &boards.emplace_back(set);
}

}  // namespace atome::emulation
