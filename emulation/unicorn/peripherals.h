// The peripheral space of a board: registers that start-up code polls, UARTs, and a list of everything else
// that the program touched, which reads 0.
#ifndef ATOME_EMULATION_UNICORN_PERIPHERALS_H_
#define ATOME_EMULATION_UNICORN_PERIPHERALS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "emulation/boards/board.h"
#include "emulation/boards/peripherals.h"
#include "emulation/machine/machine.h"

namespace atome::emulation {

inline constexpr uint32_t kPeripheralAddress = 0x40000000;
inline constexpr uint32_t kPeripheralBytes = 0x20000000;

class Peripherals {
 public:
  explicit Peripherals(const Board& board);

  // Whether a model has the register.
  bool Has(uint32_t address) const;
  // `bytes` is 1, 2 or 4.
  uint32_t Read(uint32_t address, unsigned bytes);
  // A byte for the console, if it is one.
  std::optional<char> Write(uint32_t address, unsigned bytes, uint32_t value);

  // By address.
  std::vector<PeripheralUse> unknown() const;

 private:
  const Uart* UartAt(uint32_t address) const;  // nullptr: none
  PeripheralUse& Unknown(uint32_t word);

  std::map<uint32_t, PeripheralRegister> registers_;
  std::map<uint32_t, uint32_t> values_;
  std::vector<Uart> uarts_;
  std::map<uint32_t, PeripheralUse> unknown_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_PERIPHERALS_H_
