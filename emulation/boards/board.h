// The boards: one entry of emulation/boards/boards.json each, or of a user's file: a core with real memories.
#ifndef ATOME_EMULATION_BOARDS_BOARD_H_
#define ATOME_EMULATION_BOARDS_BOARD_H_

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/boards/memory_map.h"
#include "emulation/timing/flash_wait.h"

namespace atome::emulation {

struct Board {
  std::string name;   // as on the command line: "bluepill"
  std::string title;  // as in reports: "Blue Pill"
  std::string chip;
  std::string core;  // of cores.json
  // The first is where a program starts: flash, or RAM that a debugger or boot monitor fills with the image.
  // Its time is `flash`; the others never wait. The second is the usual RAM.
  std::vector<Memory> memories;
  uint32_t vector_offset = 0;  // of the vector table in the first memory; at an alias it is in front
  uint32_t clock_hz = 0;       // the usual full speed, which the wait states are for
  uint32_t wait_states = 0;    // as the flash controller is set; 0 also without such a setting
  std::vector<uint32_t> clock_limits_hz;  // [n]: the fastest clock of n wait states; empty: no such table
  std::string flash_path;                 // between flash and core, in words
  timing::FlashTiming flash;              // the same in numbers
  std::vector<std::string> registers;     // that start-up code polls; peripherals.h
  std::vector<std::string> uarts;         // likewise
  std::string not_modelled;
  std::string source;  // documents and their sections
  std::string note;
};

// All boards: those of boards.json in the order of the file, then those added.
const std::deque<Board>& Boards();

// The board of that name, or nullptr.
const Board* FindBoard(std::string_view name);

// What is wrong with memories on such a board, and the remedy; empty when they can be emulated. As the
// function of memory_map.h, and that they leave room for the board's spaces of peripherals.
std::string WhyNotSound(const Board& board, std::span<const Memory> memories);

// Its memories, for an image at their usual place.
MemoryMap MapOf(const Board& board);

// Adds the boards of a file's text (board_file.h), which then live as long as the program. Returns what is
// wrong with it, a line that names `file` and the remedy, and adds none; empty when all is well. Not while
// other threads look at boards.
[[nodiscard]] std::string AddBoards(const std::string& text, const std::string& file);

// The board at another clock, with the wait states that the vendor's table asks for. It lives as long as the
// program. nullptr and why, with the remedy, when its flash follows no table or it is not so fast.
const Board* BoardAtClock(const Board& board, uint32_t clock_hz, std::string& why);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BOARDS_BOARD_H_
