// The peripheral space of a board: registers that start-up code polls, UARTs, and a list of everything else
// that the program touched, which reads 0.
#ifndef ATOME_EMULATION_UNICORN_PERIPHERALS_H_
#define ATOME_EMULATION_UNICORN_PERIPHERALS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "emulation/boards/board.h"
#include "emulation/boards/peripherals.h"
#include "emulation/machine/console.h"
#include "emulation/machine/guest_memory.h"
#include "emulation/machine/machine.h"
#include "emulation/unicorn/uart.h"

namespace atome::emulation {

class Peripherals {
 public:
  struct Program {
    // Asked for the place of the program when it first touches a register that no model has.
    std::function<uint32_t(uint32_t address)> place_of;
    // How often something that comes this often a second has come by now.
    std::function<uint64_t(uint32_t hz)> ticks;
  };

  // `bit_band`: the core has aliases of the bits of the first MiB. The references must outlive this.
  Peripherals(const Board& board, bool bit_band, GuestMemory& memory, Console& console, Program program);

  // Where peripherals are: the architecture's space for them and what the board adds.
  const std::vector<AddressRange>& spaces() const { return spaces_; }
  // Whether a model has the register.
  bool Has(uint32_t address) const;
  // `bytes` is 1, 2 or 4.
  uint32_t Read(uint32_t address, unsigned bytes);
  // False when the console has no room for what it prints.
  [[nodiscard]] bool Write(uint32_t address, unsigned bytes, uint32_t value);

  // By address; each with the place of the first access.
  std::vector<PeripheralUse> unknown() const;
  // Memory of the host for them, about.
  uint64_t unknown_bytes() const { return unknown_.size() * (sizeof(PeripheralUse) + 64); }
  // What the program did that a model or a chip would not do, a sentence each.
  std::vector<std::string> notes() const;

 private:
  // Where an address leads, and what a store there does to the word.
  struct Target {
    enum class Store { kWrite, kFlip, kSet, kClear, kBit };
    uint32_t word = 0;
    Store store = Store::kWrite;
    unsigned bit = 0;  // of kBit
  };
  Target Resolve(uint32_t address) const;
  UartModel* UartAt(uint32_t address);  // nullptr: none
  PeripheralUse& Unknown(uint32_t word, uint32_t address);
  uint32_t Held(uint32_t address) const;
  uint32_t ReadRegister(const PeripheralRegister& read);
  void WriteRegister(const PeripheralRegister& written, uint32_t value, uint32_t lane);
  // `address` leads to the word.
  uint32_t ReadWord(uint32_t word, uint32_t address);

  bool bit_band_;
  std::vector<AddressRange> spaces_;
  std::vector<AddressRange> aliases_;
  std::map<uint32_t, PeripheralRegister> registers_;
  std::map<uint32_t, uint32_t> values_;
  std::vector<UartModel> uarts_;
  std::map<uint32_t, PeripheralUse> unknown_;
  Program program_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_PERIPHERALS_H_
