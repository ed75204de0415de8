// The boards: one entry of emulation/boards/boards.json each, a core with real memories.
#ifndef ATOME_EMULATION_BOARDS_BOARD_H_
#define ATOME_EMULATION_BOARDS_BOARD_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "emulation/timing/flash_wait.h"

namespace atome::emulation {

struct Board {
  std::string_view name;   // as on the command line: "bluepill"
  std::string_view title;  // as in reports: "Blue Pill"
  std::string_view chip;
  std::string_view core;  // of cores.json
  uint32_t flash_address;
  uint32_t flash_bytes;
  uint32_t vector_offset;                   // of the vector table in an image linked at flash_address
  std::span<const uint32_t> flash_aliases;  // where the same flash also is; a vector table lies right there
  bool flash_is_ram;                        // static RAM that a debugger or boot monitor fills with the image
  uint32_t ram_address;
  uint32_t ram_bytes;                         // contiguous; `note` says of which banks
  uint32_t clock_hz;                          // the usual full speed, which the wait states are for
  uint32_t wait_states;                       // as the flash controller is set; 0 also without such a setting
  std::span<const uint32_t> clock_limits_hz;  // [n]: the fastest clock of n wait states; empty: no such table
  uint32_t second_bank_address;               // where RAM goes on in another bank; 0: it is one
  std::string_view flash_path;                // between flash and core, in words
  timing::FlashTiming flash;                  // the same in numbers
  std::span<const std::string_view> registers;  // that start-up code polls; peripherals.h
  std::span<const std::string_view> uarts;      // likewise
  std::string_view not_modelled;
  std::string_view source;  // documents and their sections
  std::string_view note;
};

// All boards, in the order of the file.
std::span<const Board> Boards();

// The board of that name, or nullptr.
const Board* FindBoard(std::string_view name);

// The board at another clock, with the wait states that the vendor's table asks for. It lives as long as the
// program. nullptr and why, with the remedy, when its flash follows no table or it is not so fast.
const Board* BoardAtClock(const Board& board, uint32_t clock_hz, std::string& why);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BOARDS_BOARD_H_
