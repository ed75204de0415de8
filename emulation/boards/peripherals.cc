#include "emulation/boards/peripherals.h"

#include <algorithm>
#include <charconv>
#include <iterator>

namespace atome::emulation {
namespace {

// More in a row than any peripheral has.
constexpr uint32_t kMostInARow = 4096;

struct UartKind {
  std::string_view name;
  std::string_view description;
};

constexpr UartKind kKinds[] = {
    // Arm's Cortex-M System Design Kit TRM (DDI 0479), APB UART: DATA, STATE, CTRL.
    {"cmsdk",
     "bytes=0x1000 send=0x00 receive=0x00 input=0x04.1 sender_on=0x08.0 receiver_on=0x08.1 "
     "interrupts=0x08:0x3C"},
    // RM0008 and RM0090, USART: SR, DR, CR1.
    {"stm32_dr",
     "send=0x04 receive=0x04 room=0x00.7 sent=0x00.6 input=0x00.5 sender_on=0x0C.13 sender_on=0x0C.3 "
     "receiver_on=0x0C.13 receiver_on=0x0C.2 interrupts=0x0C:0xF0 reset=0x00:0xC0"},
    // RM0091, RM0385 and RM0432, USART: CR1, ISR, ICR, RDR, TDR.
    {"stm32_tdr",
     "send=0x28 receive=0x24 room=0x1C.7 sent=0x1C.6 input=0x1C.5 clears=0x20 0x00.3>0x1C.21 0x00.2>0x1C.22 "
     "sender_on=0x00.0 sender_on=0x00.3 receiver_on=0x00.0 receiver_on=0x00.2 interrupts=0x00:0xF0 "
     "reset=0x1C:0xC0"},
    // nRF51 Series Reference Manual, UART: TXD, RXD, EVENTS_TXDRDY, EVENTS_RXDRDY, ENABLE.
    {"nrf51",
     "bytes=0x1000 send=0x51C receive=0x518 sent=0x11C.0 received=0x108.0 start=0x000 sender_on=0x500.2 "
     "receiver_on=0x500.2 interrupts=0x304:0xFFFFFFFF"},
    // nRF52840 Product Specification, UART and UARTE, which share their registers.
    {"nrf52",
     "bytes=0x1000 send=0x51C receive=0x518 sent=0x11C.0 received=0x108.0 start=0x000 sender_on=0x500.2 "
     "receiver_on=0x500.2 interrupts=0x304:0xFFFFFFFF dma"},
    // PrimeCell UART (PL011) TRM (DDI 0183): DR, FR, CR.
    {"pl011",
     "bytes=0x1000 send=0x00 receive=0x00 room=0x18.7 no_input=0x18.4 sender_on=0x30.0 sender_on=0x30.8 "
     "receiver_on=0x30.0 receiver_on=0x30.9 interrupts=0x38:0x7FF reset=0x30:0x300 reset=0x34:0x12"},
};

std::string_view TakeWord(std::string_view& text) {
  const size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

std::optional<uint32_t> Number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    text.remove_prefix(2);
    base = 16;
  }
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "A<separator>B"; nothing when either is no number.
std::optional<std::pair<uint32_t, uint32_t>> Pair(std::string_view text, char separator) {
  const size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto first = Number(text.substr(0, at)), second = Number(text.substr(at + 1));
  if (!first || !second) return std::nullopt;
  return std::pair{*first, *second};
}

bool Strip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "key=NUMBER" into `value`.
bool TakeNumber(std::string_view word, std::string_view key, uint32_t& value) {
  if (!Strip(word, key)) return false;
  const auto number = Number(word);
  if (number) value = *number;
  return number.has_value();
}

// "OFFSET.BIT".
std::optional<std::pair<uint32_t, unsigned>> Bit(std::string_view text) {
  const auto bit = Pair(text, '.');
  return bit && bit->second < 32 ? bit : std::nullopt;
}

bool IsWordAddress(uint32_t address) { return address % 4 == 0; }

std::optional<PeripheralRegister::Follow> ParseFollow(std::string_view word) {
  PeripheralRegister::Follow follow{.inverted = Strip(word, "~")};
  const size_t arrow = word.find('>');
  if (arrow == std::string_view::npos) return std::nullopt;
  const std::string_view from = word.substr(0, arrow);
  const auto to = Number(word.substr(arrow + 1));
  if (const auto other = Bit(from)) {
    if (!IsWordAddress(other->first)) return std::nullopt;
    follow.address = other->first;
    follow.from = other->second;
  } else if (const auto own = Number(from); own && *own < 32) {
    follow.from = *own;
  } else {
    return std::nullopt;
  }
  if (!to || *to > 31) return std::nullopt;
  follow.to = *to;
  return follow;
}

std::optional<PeripheralRegister::Copy> ParseCopy(std::string_view word) {
  const bool inverted = Strip(word, "~");
  const auto pair = Pair(word, '&');
  if (!pair || !IsWordAddress(pair->first)) return std::nullopt;
  return PeripheralRegister::Copy{.address = pair->first, .mask = pair->second, .inverted = inverted};
}

std::optional<PeripheralRegister::Select> ParseSelect(std::string_view word) {
  const size_t dot = word.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto address = Number(word.substr(0, dot));
  const auto field = Pair(word.substr(dot + 1), '-');
  // Five bits are enough to shift by.
  if (!address || !IsWordAddress(*address) || !field || field->second > 31 || field->first > field->second ||
      field->second - field->first > 4)
    return std::nullopt;
  return PeripheralRegister::Select{.address = *address, .low = field->first, .high = field->second};
}

bool ParseProperty(std::string_view word, PeripheralRegister& result) {
  if (word == "claim") return result.claimed_by_reading = true;
  if (TakeNumber(word, "reset=", result.reset) || TakeNumber(word, "write=", result.writable) ||
      TakeNumber(word, "clear=", result.cleared_by_ones))
    return true;
  if (TakeNumber(word, "ticks=", result.ticks_hz)) return result.ticks_hz != 0;
  if (Strip(word, "is=")) return (result.copy = ParseCopy(word)).has_value();
  if (Strip(word, "select=")) return (result.select = ParseSelect(word)).has_value();
  if (Strip(word, "sets=")) {
    const auto pair = Pair(word, ':');
    if (pair) result.sets.push_back(*pair);
    return pair && IsWordAddress(pair->first);
  }
  const auto follow = ParseFollow(word);
  if (follow) result.follows.push_back(*follow);
  return follow.has_value();
}

std::optional<AddressRange> ParseRange(std::string_view text) {
  const auto address = Number(TakeWord(text)), bytes = Number(TakeWord(text));
  if (!address || !bytes || !text.empty() || *bytes == 0 || (*address | *bytes) % 0x1000 != 0 ||
      *bytes - 1 > ~*address)
    return std::nullopt;
  return AddressRange{.address = *address, .bytes = *bytes};
}

bool ParseUartWord(std::string_view word, Uart& uart) {
  if (word == "dma") return uart.dma = true;
  if (TakeNumber(word, "bytes=", uart.bytes)) return uart.bytes != 0 && uart.bytes <= 0x10000;
  for (const auto& [key, place] : {std::pair{"send=", &Uart::send}, std::pair{"receive=", &Uart::receive},
                                   std::pair{"clears=", &Uart::clears}, std::pair{"start=", &Uart::start}}) {
    if (uint32_t offset = 0; TakeNumber(word, key, offset)) {
      uart.*place = offset;
      return IsWordAddress(offset);
    }
  }
  for (const auto& [key, bits] :
       {std::pair{"room=", &Uart::room}, std::pair{"input=", &Uart::input},
        std::pair{"no_input=", &Uart::no_input}, std::pair{"sent=", &Uart::sent},
        std::pair{"received=", &Uart::received}, std::pair{"sender_on=", &Uart::sender_on},
        std::pair{"receiver_on=", &Uart::receiver_on}}) {
    std::string_view value = word;
    if (!Strip(value, key)) continue;
    const auto bit = Bit(value);
    if (bit) (uart.*bits).push_back({bit->first, 1u << bit->second});
    return bit && IsWordAddress(bit->first);
  }
  for (const auto& [key, masks] :
       {std::pair{"interrupts=", &Uart::interrupts}, std::pair{"reset=", &Uart::resets}}) {
    std::string_view value = word;
    if (!Strip(value, key)) continue;
    const auto mask = Pair(value, ':');
    if (mask) (uart.*masks).push_back({mask->first, mask->second});
    return mask && IsWordAddress(mask->first);
  }
  const size_t arrow = word.find('>');
  if (arrow == std::string_view::npos) return false;
  const auto from = Bit(word.substr(0, arrow)), to = Bit(word.substr(arrow + 1));
  if (!from || !to || !IsWordAddress(from->first) || !IsWordAddress(to->first)) return false;
  uart.follows.push_back({from->first, to->first, from->second, to->second});
  return true;
}

bool ParseUartWords(std::string_view text, Uart& uart) {
  while (!text.empty()) {
    if (!ParseUartWord(TakeWord(text), uart)) return false;
  }
  return true;
}

}  // namespace

std::optional<RegisterEntry> ParseRegister(std::string_view text) {
  RegisterEntry entry;
  const std::string_view first = TakeWord(text);
  if (first == "aliases") {
    entry.aliases = ParseRange(text);
    return entry.aliases ? std::optional(entry) : std::nullopt;
  }
  if (first == "space") {
    entry.space = ParseRange(text);
    return entry.space ? std::optional(entry) : std::nullopt;
  }
  const auto row = Pair(first, '*');
  const auto address = row ? row->first : Number(first);
  const uint32_t count = row ? row->second : 1;
  if (!address || !IsWordAddress(*address) || count == 0 || count > kMostInARow ||
      4 * (count - 1) > ~*address)
    return std::nullopt;
  PeripheralRegister common;
  while (!text.empty()) {
    if (!ParseProperty(TakeWord(text), common)) return std::nullopt;
  }
  for (uint32_t k = 0; k < count; ++k) {
    common.address = *address + 4 * k;
    if (common.claimed_by_reading) common.reset = 1u << k % 32;
    entry.registers.push_back(common);
  }
  return entry;
}

std::optional<Uart> ParseUart(std::string_view text) {
  const auto address = Number(TakeWord(text));
  if (!address || !IsWordAddress(*address)) return std::nullopt;
  Uart uart{.address = *address};
  const auto* kind = std::ranges::find(kKinds, text, &UartKind::name);
  const std::string_view description = kind != std::end(kKinds) ? kind->description : text;
  if (!ParseUartWords(description, uart) || (!uart.send && !uart.receive)) return std::nullopt;
  return uart;
}

}  // namespace atome::emulation
