// What a board's peripherals answer, as far as start-up code and consoles need it: the entries `registers`
// and `uarts` of boards.json.
#ifndef ATOME_EMULATION_BOARDS_PERIPHERALS_H_
#define ATOME_EMULATION_BOARDS_PERIPHERALS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace atome::emulation {

// "0x40023800 reset=0x83 0>1 16>17": keeps what is written; bit 1 reads as bit 0, bit 17 as bit 16.
struct PeripheralRegister {
  uint32_t address = 0;
  uint32_t reset = 0;
  std::vector<std::pair<unsigned, unsigned>> follows;  // a bit, and the one that reads like it
};
std::optional<PeripheralRegister> ParseRegister(std::string_view text);

// "0x40004400 data=0x04 status=0x00:0xC0": a byte written to the register at offset 4 goes to the console;
// the one at offset 0 reads 0xC0, which says that there is room.
struct Uart {
  uint32_t address = 0;
  uint32_t data = 0;  // offsets
  uint32_t status = 0;
  uint32_t ready = 0;  // what the status reads
};
std::optional<Uart> ParseUart(std::string_view text);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BOARDS_PERIPHERALS_H_
