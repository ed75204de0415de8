#include "emulation/boards/board.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <optional>
#include <utility>

#include "emulation/base/hex.h"
#include "emulation/boards/board_file.h"
#include "emulation/boards/core.h"
#include "emulation/boards/peripherals.h"

namespace atome::emulation {
namespace {

constexpr char kJson[] =
#include "emulation/boards/boards.inc"
    ;

// Grows, and no board of it moves.
std::deque<Board>& All() {
  static std::deque<Board> boards = [] {
    std::string error;
    std::optional<std::vector<Board>> read = ReadBoards(kJson, "boards.json", error);
    if (!read) {  // a broken build; a test reads it too
      std::fprintf(stderr, "%s\n", error.c_str());
      std::abort();
    }
    return std::deque<Board>(std::make_move_iterator(read->begin()), std::make_move_iterator(read->end()));
  }();
  return boards;
}

}  // namespace

const std::deque<Board>& Boards() { return All(); }

const Board* FindBoard(std::string_view name) {
  const auto board = std::ranges::find(All(), name, &Board::name);
  return board == All().end() ? nullptr : &*board;
}

std::string WhyNotSound(const Board& board, std::span<const Memory> memories) {
  std::string why = WhyNotSound(memories, HasBitBand(*FindCore(board.core)));
  for (const std::string& text : board.registers) {
    const std::optional<RegisterEntry> entry = ParseRegister(text);
    if (!entry || !entry->space) continue;
    const MemoryRange space{entry->space->address, entry->space->bytes};
    for (const Memory& memory : memories) {
      std::vector<uint32_t> places = memory.aliases;
      places.push_back(memory.address);
      for (const uint32_t place : places) {
        if (!why.empty() || !space.Overlaps({place, memory.bytes})) continue;
        why = memory.name + " (" + std::to_string(memory.bytes) + " bytes at " + Hex(place) +
              ") lies in a space of peripherals, " + Hex(space.begin) + " to " + Hex(space.end() - 1) +
              "; give another address";
      }
    }
  }
  return why;
}

MemoryMap MapOf(const Board& board) {
  const uint32_t begin = board.memories.front().address;
  return {.memories = board.memories,
          .program_address = begin,
          .vector_address = begin + board.vector_offset,
          .title = board.title};
}

std::string AddBoards(const std::string& text, const std::string& file) {
  std::string error;
  std::optional<std::vector<Board>> read = ReadBoards(text, file, error);
  if (!read) return error;
  for (const Board& board : *read) {
    if (FindBoard(board.name) != nullptr)
      return file + ": board \"" + board.name + "\": there is a board of this name; choose another";
  }
  std::ranges::move(*read, std::back_inserter(All()));
  return {};
}

const Board* BoardAtClock(const Board& board, uint32_t clock_hz, std::string& why) {
  if (clock_hz == board.clock_hz) return &board;
  const std::string& name = board.name;
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
