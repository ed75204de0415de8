#include "emulation/unicorn/peripherals.h"

#include <algorithm>

#include "emulation/unicorn/lanes.h"

namespace atome::emulation {
namespace {

// A UART has 1 KiB of the space, or 4 KiB.
bool IsOf(const Uart& uart, uint32_t address) {
  return address - uart.address < (uart.data < 0x400 ? 0x400u : 0x1000u);
}

}  // namespace

Peripherals::Peripherals(const Board& board) {
  for (const std::string_view text : board.registers) {
    const auto parsed = ParseRegister(text);
    if (!parsed) continue;  // a test reads them all
    values_[parsed->address] = parsed->reset;
    registers_.emplace(parsed->address, *parsed);
  }
  for (const std::string_view text : board.uarts) {
    if (const auto uart = ParseUart(text)) uarts_.push_back(*uart);
  }
}

const Uart* Peripherals::UartAt(uint32_t address) const {
  const auto found =
      std::ranges::find_if(uarts_, [address](const Uart& uart) { return IsOf(uart, address); });
  return found != uarts_.end() ? &*found : nullptr;
}

PeripheralUse& Peripherals::Unknown(uint32_t word) {
  PeripheralUse& use = unknown_[word];
  use.address = word;
  return use;
}

bool Peripherals::Has(uint32_t address) const {
  return registers_.contains(address & ~3u) || UartAt(address) != nullptr;
}

uint32_t Peripherals::Read(uint32_t address, unsigned bytes) {
  const uint32_t word = address & ~3u;
  uint32_t value = 0;
  if (const auto found = registers_.find(word); found != registers_.end()) {
    value = values_[word];
    for (const auto& [from, to] : found->second.follows)
      value = (value & ~(1u << to)) | (value >> from & 1) << to;
  } else if (const Uart* uart = UartAt(word)) {
    value = word == uart->address + uart->status ? uart->ready : values_[word];
  } else {
    ++Unknown(word).reads;
  }
  return LoadedFrom(value, address, bytes);
}

std::optional<char> Peripherals::Write(uint32_t address, unsigned bytes, uint32_t value) {
  const uint32_t word = address & ~3u;
  if (const Uart* uart = UartAt(word)) {
    if (word == uart->address + uart->data) return static_cast<char>(value);
    values_[word] = value;  // its settings
  } else if (registers_.contains(word)) {
    const uint32_t lane = LaneOf(address, bytes);
    values_[word] = (values_[word] & ~lane) | (value << ShiftOf(address) & lane);
  } else {
    ++Unknown(word).writes;
  }
  return std::nullopt;
}

std::vector<PeripheralUse> Peripherals::unknown() const {
  std::vector<PeripheralUse> uses;
  for (const auto& [address, use] : unknown_) uses.push_back(use);
  return uses;
}

}  // namespace atome::emulation
