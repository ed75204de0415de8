// One UART of a board: bytes that the program sends to the console and takes from it.
#ifndef ATOME_EMULATION_UNICORN_UART_H_
#define ATOME_EMULATION_UNICORN_UART_H_

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "emulation/boards/peripherals.h"
#include "emulation/machine/console.h"
#include "emulation/machine/guest_memory.h"

namespace atome::emulation {

// Its registers keep what is written to them, but for those that `description` gives a meaning. Bytes are
// sent at once and arrive at once: there is always room, and a byte waits as long as the console has input.
// Errors never happen.
class UartModel {
 public:
  // The references must outlive this.
  UartModel(const Uart& description, GuestMemory& memory, Console& console);

  bool Has(uint32_t address) const { return address - uart_.address < uart_.bytes; }
  // Of the word at `address`.
  uint32_t Read(uint32_t address);
  // `value` where `lane` is set. False when the console has no room for what it sends.
  [[nodiscard]] bool Write(uint32_t address, uint32_t value, uint32_t lane);

  // What the program did that the model or a chip would not do, a sentence each.
  std::vector<std::string> notes() const;

 private:
  void Set(std::span<const UartBit> bits);
  bool HoldsAll(const std::vector<UartBit>& bits) const;
  [[nodiscard]] bool Send(std::string_view text);
  // Direct memory access as nRF52's UARTE has it.
  [[nodiscard]] bool Transfer(uint32_t offset);
  [[nodiscard]] bool SendFromMemory();
  void ReceiveToMemory();

  Uart uart_;
  GuestMemory& memory_;
  Console& console_;
  std::map<uint32_t, uint32_t> words_;  // by offset
  bool listens_ = false;                // once it was started
  bool sent_while_off_ = false;
  bool wants_interrupts_ = false;
  bool bad_transfer_ = false;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_UNICORN_UART_H_
