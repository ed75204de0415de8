#include "emulation/unicorn/peripherals.h"

#include <algorithm>

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

bool Peripherals::Has(uint32_t address) const {
  return registers_.contains(address & ~3u) ||
         std::ranges::any_of(uarts_, [address](const Uart& uart) { return IsOf(uart, address); });
}

uint32_t Peripherals::Read(uint32_t address, unsigned bytes) {
  const uint32_t word = address & ~3u;
  const unsigned shift = 8 * (address & 3);
  uint32_t value = 0;
  const auto found = registers_.find(word);
  if (found != registers_.end()) {
    value = values_[word];
    for (const auto& [from, to] : found->second.follows)
      value = (value & ~(1u << to)) | (value >> from & 1) << to;
  } else {
    bool known = false;
    for (const Uart& uart : uarts_) {
      if (!IsOf(uart, word)) continue;
      value = word == uart.address + uart.status ? uart.ready : values_[word];
      known = true;
    }
    if (!known) {
      unknown_[word].address = word;
      ++unknown_[word].reads;
    }
  }
  value >>= shift;
  return bytes >= 4 ? value : value & ((1u << (8 * bytes)) - 1);
}

std::optional<char> Peripherals::Write(uint32_t address, unsigned bytes, uint32_t value) {
  const uint32_t word = address & ~3u;
  for (const Uart& uart : uarts_) {
    if (word == uart.address + uart.data) return static_cast<char>(value);
    if (!IsOf(uart, word)) continue;
    values_[word] = value;  // its settings
    return std::nullopt;
  }
  if (!registers_.contains(word)) {
    unknown_[word].address = word;
    ++unknown_[word].writes;
    return std::nullopt;
  }
  const unsigned shift = 8 * (address & 3);
  const uint32_t lane = bytes >= 4 ? 0xFFFFFFFF : ((1u << (8 * bytes)) - 1) << shift;
  values_[word] = (values_[word] & ~lane) | (value << shift & lane);
  return std::nullopt;
}

std::vector<PeripheralUse> Peripherals::unknown() const {
  std::vector<PeripheralUse> uses;
  for (const auto& [address, use] : unknown_) uses.push_back(use);
  return uses;
}

}  // namespace atome::emulation
