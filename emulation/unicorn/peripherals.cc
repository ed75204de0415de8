#include "emulation/unicorn/peripherals.h"

#include <algorithm>
#include <utility>

#include "emulation/unicorn/lanes.h"

namespace atome::emulation {
namespace {

constexpr AddressRange kPeripheralSpace{.address = 0x40000000, .bytes = 0x20000000};
constexpr uint32_t kAliased = 0x4000, kAliasBytes = 0x1000;

}  // namespace

Peripherals::Peripherals(const Board& board, GuestMemory& memory, Console& console, PlaceOf place_of)
    : spaces_{kPeripheralSpace}, place_of_(std::move(place_of)) {
  for (const std::string_view text : board.registers) {
    const auto entry = ParseRegister(text);
    if (!entry) continue;  // a test reads them all
    if (entry->aliases) aliases_.push_back(*entry->aliases);
    if (entry->space) spaces_.push_back(*entry->space);
    for (const PeripheralRegister& each : entry->registers) {  // the last one counts
      registers_[each.address] = each;
      values_[each.address] = each.reset;
    }
  }
  for (const std::string_view text : board.uarts) {
    if (const auto uart = ParseUart(text)) uarts_.emplace_back(*uart, memory, console);
  }
}

uint32_t Peripherals::Resolve(uint32_t address, Alias& alias) const {
  alias = Alias::kNone;
  for (const AddressRange& range : aliases_) {
    const uint32_t offset = address - range.address;
    if (offset >= range.bytes) continue;
    alias = static_cast<Alias>(offset % kAliased / kAliasBytes);
    return address - offset % kAliased / kAliasBytes * kAliasBytes;
  }
  return address;
}

UartModel* Peripherals::UartAt(uint32_t address) {
  const auto found =
      std::ranges::find_if(uarts_, [address](const UartModel& uart) { return uart.Has(address); });
  return found != uarts_.end() ? &*found : nullptr;
}

PeripheralUse& Peripherals::Unknown(uint32_t word) {
  const auto [found, is_new] = unknown_.try_emplace(word);
  if (is_new) found->second = {.address = word, .first_place = place_of_(word)};
  return found->second;
}

bool Peripherals::Has(uint32_t address) const {
  Alias alias;
  const uint32_t word = Resolve(address, alias) & ~3u;
  return registers_.contains(word) ||
         std::ranges::any_of(uarts_, [word](const UartModel& uart) { return uart.Has(word); });
}

uint32_t Peripherals::Held(uint32_t address) const {
  const auto found = values_.find(address);
  return found != values_.end() ? found->second : 0;
}

uint32_t Peripherals::ReadRegister(const PeripheralRegister& read) {
  uint32_t& held = values_[read.address];
  uint32_t value = held;
  if (read.claimed_by_reading) held = 0;
  if (read.copy)
    value = (read.copy->inverted ? ~Held(read.copy->address) : Held(read.copy->address)) & read.copy->mask;
  if (read.select) {
    const uint32_t field = (2u << (read.select->high - read.select->low)) - 1;
    value = 1u << (Held(read.select->address) >> read.select->low & field);
  }
  for (const PeripheralRegister::Follow& follow : read.follows) {
    const uint32_t from = follow.address ? Held(*follow.address) : value;
    const uint32_t bit = (from >> follow.from & 1) ^ (follow.inverted ? 1u : 0u);
    value = (value & ~(1u << follow.to)) | bit << follow.to;
  }
  return value;
}

void Peripherals::WriteRegister(const PeripheralRegister& written, uint32_t value, uint32_t lane) {
  uint32_t& held = values_[written.address];
  if (written.claimed_by_reading) {
    held = written.reset;
    return;
  }
  held &= ~(value & lane & written.cleared_by_ones);
  const uint32_t changes = lane & written.writable & ~written.cleared_by_ones;
  held = (held & ~changes) | (value & changes);
  if ((value & lane) == 0) return;
  for (const auto& [address, becomes] : written.sets) values_[address] = becomes;
}

uint32_t Peripherals::ReadWord(uint32_t word) {
  if (const auto found = registers_.find(word); found != registers_.end()) return ReadRegister(found->second);
  if (UartModel* uart = UartAt(word)) return uart->Read(word);
  ++Unknown(word).reads;
  return 0;
}

uint32_t Peripherals::Read(uint32_t address, unsigned bytes) {
  Alias alias;
  return LoadedFrom(ReadWord(Resolve(address, alias) & ~3u), address, bytes);
}

bool Peripherals::Write(uint32_t address, unsigned bytes, uint32_t value) {
  Alias alias;
  const uint32_t word = Resolve(address, alias) & ~3u;
  const uint32_t lane = LaneOf(address, bytes);
  value <<= ShiftOf(address);
  const auto found = registers_.find(word);
  UartModel* const uart = found == registers_.end() ? UartAt(word) : nullptr;
  if (found == registers_.end() && uart == nullptr) {
    ++Unknown(word).writes;
    return true;
  }
  if (alias != Alias::kNone) {
    const uint32_t old = uart != nullptr ? uart->Read(word) : ReadRegister(found->second);
    value = alias == Alias::kFlip ? old ^ value : alias == Alias::kSet ? old | value : old & ~value;
  }
  if (uart != nullptr) return uart->Write(word, value, lane);
  WriteRegister(found->second, value, lane);
  return true;
}

std::vector<PeripheralUse> Peripherals::unknown() const {
  std::vector<PeripheralUse> uses;
  for (const auto& [address, use] : unknown_) uses.push_back(use);
  return uses;
}

std::vector<std::string> Peripherals::notes() const {
  std::vector<std::string> notes;
  for (const UartModel& uart : uarts_) std::ranges::copy(uart.notes(), std::back_inserter(notes));
  return notes;
}

}  // namespace atome::emulation
