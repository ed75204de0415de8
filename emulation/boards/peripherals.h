// What a board's peripherals answer, as far as start-up code and consoles need it: the entries `registers`
// and `uarts` of boards.json. Each is words with a blank between them; numbers are as in C.
#ifndef ATOME_EMULATION_BOARDS_PERIPHERALS_H_
#define ATOME_EMULATION_BOARDS_PERIPHERALS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace atome::emulation {

// A register keeps what is written to it. Behind its address, or ADDRESS*COUNT for several in a row:
//   reset=VALUE             what it holds at first; else 0
//   write=MASK              the bits that can be written; else all
//   clear=MASK              bits that a 1 clears
//   0>1, ~0>1               bit 1 reads as bit 0, or as its inverse
//   ADDRESS.0>1             likewise, as bit 0 of another register
//   is=ADDRESS&MASK         reads as these bits of another register; is=~ADDRESS&MASK: as their inverse
//   select=ADDRESS.LOW-HIGH  reads as 1 shifted left by this field of another register
//   sets=ADDRESS:VALUE      another register becomes VALUE when anything but 0 is written here
//   ticks=HZ                counts up at this rate from the start of the program; a write does nothing
//   claim                   reads as 1 shifted left by its place in the row, and as 0 from then on until
//                           anything is written
struct PeripheralRegister {
  uint32_t address = 0;
  uint32_t reset = 0;
  uint32_t writable = ~0u;
  uint32_t cleared_by_ones = 0;
  struct Follow {
    std::optional<uint32_t> address = {};  // nothing: of itself
    unsigned from = 0, to = 0;             // bits
    bool inverted = false;
  };
  std::vector<Follow> follows = {};
  struct Copy {
    uint32_t address = 0, mask = 0;
    bool inverted = false;
  };
  std::optional<Copy> copy = {};
  struct Select {
    uint32_t address = 0;
    unsigned low = 0, high = 0;  // bits
  };
  std::optional<Select> select = {};
  std::vector<std::pair<uint32_t, uint32_t>> sets = {};  // address, value
  uint32_t ticks_hz = 0;                                 // 0: does not count
  bool claimed_by_reading = false;
};

struct AddressRange {
  uint32_t address = 0, bytes = 0;
};

// An entry of `registers`. Besides registers it is one of
//   aliases ADDRESS BYTES    of each 16 KiB there the second 4 KiB are an alias whose stores flip the bits
//                            that are 1, those of the third set them, of the fourth clear them (RP2040)
//   space ADDRESS BYTES      peripherals beyond the architecture's space for them
struct RegisterEntry {
  std::vector<PeripheralRegister> registers;
  std::optional<AddressRange> aliases;
  std::optional<AddressRange> space;
};
std::optional<RegisterEntry> ParseRegister(std::string_view text);

struct UartBit {
  uint32_t offset = 0;
  uint32_t mask = 0;
};

struct RegisterFollow {
  uint32_t from_offset = 0, to_offset = 0;
  unsigned from = 0, to = 0;
};

// An entry of `uarts`: behind its address a known kind (cmsdk, stm32_dr, stm32_tdr, nrf51, nrf52, pl011), or
// its description. OFFSETs are from the address.
//   bytes=COUNT             the space it takes; else 0x400
//   send=OFFSET             a byte written there goes to the console
//   receive=OFFSET          a byte of the console's input is read there
//   room=OFFSET.BIT         reads 1: the sender is empty
//   input=OFFSET.BIT        reads 1 while a byte waits; no_input: 0
//   sent=OFFSET.BIT         becomes 1 when a byte is sent, until the program clears it by writing 0
//   received=OFFSET.BIT     likewise, when a byte has come
//   clears=OFFSET           sent and received are cleared by writing 1 there instead
//   start=OFFSET            it receives once 1 was written there
//   sender_on=OFFSET.BIT    it sends while this and others like it are 1
//   receiver_on=OFFSET.BIT  likewise
//   interrupts=OFFSET:MASK  bits that ask for interrupts
//   reset=OFFSET:VALUE      what a register holds at first
//   OFFSET.BIT>OFFSET.BIT   the second reads as the first
//   dma                     EasyDMA of nRF52's UARTE besides
struct Uart {
  uint32_t address = 0;
  uint32_t bytes = 0x400;
  std::optional<uint32_t> send = {}, receive = {}, clears = {}, start = {};
  std::vector<UartBit> room = {}, input = {}, no_input = {}, sent = {}, received = {}, sender_on = {},
                       receiver_on = {}, interrupts = {};
  std::vector<UartBit> resets = {};  // the mask is the value
  std::vector<RegisterFollow> follows = {};
  bool dma = false;
};
std::optional<Uart> ParseUart(std::string_view text);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BOARDS_PERIPHERALS_H_
