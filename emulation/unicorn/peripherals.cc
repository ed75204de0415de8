#include "emulation/unicorn/peripherals.h"

#include <algorithm>
#include <utility>

#include "emulation/unicorn/lanes.h"

namespace atome::emulation {
namespace {

constexpr AddressRange kPeripheralSpace{.address = 0x40000000, .bytes = 0x20000000};
constexpr uint32_t kAliased = 0x4000, kAliasBytes = 0x1000;
// Each word is a bit of the first MiB.
constexpr AddressRange kBitAliases{.address = 0x42000000, .bytes = 0x02000000};

}  // namespace

Peripherals::Peripherals(const Board& board, bool bit_band, GuestMemory& memory, Console& console,
                         Program program)
    : bit_band_(bit_band), spaces_{kPeripheralSpace}, program_(std::move(program)) {
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

Peripherals::Target Peripherals::Resolve(uint32_t address) const {
  if (const uint32_t offset = address - kBitAliases.address; bit_band_ && offset < kBitAliases.bytes)
    return {.word = kPeripheralSpace.address + BandedBitOf(offset).word,
            .store = Target::Store::kBit,
            .bit = BandedBitOf(offset).bit};
  for (const AddressRange& range : aliases_) {
    const uint32_t offset = address - range.address;
    if (offset >= range.bytes) continue;
    const uint32_t alias = offset % kAliased / kAliasBytes;
    return {.word = (address - alias * kAliasBytes) & ~3u, .store = static_cast<Target::Store>(alias)};
  }
  return {.word = address & ~3u};
}

UartModel* Peripherals::UartAt(uint32_t address) {
  const auto found =
      std::ranges::find_if(uarts_, [address](const UartModel& uart) { return uart.Has(address); });
  return found != uarts_.end() ? &*found : nullptr;
}

PeripheralUse& Peripherals::Unknown(uint32_t word, uint32_t address) {
  const auto [found, is_new] = unknown_.try_emplace(word);
  if (is_new) found->second = {.address = word, .first_place = program_.place_of(address & ~3u)};
  return found->second;
}

bool Peripherals::Has(uint32_t address) const {
  const uint32_t word = Resolve(address).word;
  return registers_.contains(word) ||
         std::ranges::any_of(uarts_, [word](const UartModel& uart) { return uart.Has(word); });
}

uint32_t Peripherals::Held(uint32_t address) const {
  const auto found = values_.find(address);
  return found != values_.end() ? found->second : 0;
}

uint32_t Peripherals::ReadRegister(const PeripheralRegister& read) {
  if (read.ticks_hz != 0) return static_cast<uint32_t>(program_.ticks(read.ticks_hz));
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

uint32_t Peripherals::ReadWord(uint32_t word, uint32_t address) {
  if (const auto found = registers_.find(word); found != registers_.end()) return ReadRegister(found->second);
  if (UartModel* uart = UartAt(word)) return uart->Read(word);
  ++Unknown(word, address).reads;
  return 0;
}

uint32_t Peripherals::Read(uint32_t address, unsigned bytes) {
  const Target target = Resolve(address);
  const uint32_t value = ReadWord(target.word, address);
  if (target.store == Target::Store::kBit) return value >> target.bit & 1;
  return LoadedFrom(value, address, bytes);
}

bool Peripherals::Write(uint32_t address, unsigned bytes, uint32_t value) {
  using enum Target::Store;
  const Target target = Resolve(address);
  const uint32_t word = target.word;
  const auto found = registers_.find(word);
  UartModel* const uart = found == registers_.end() ? UartAt(word) : nullptr;
  if (found == registers_.end() && uart == nullptr) {
    ++Unknown(word, address).writes;
    return true;
  }
  uint32_t lane = LaneOf(address, bytes);
  const uint32_t given = value << ShiftOf(address);
  const uint32_t old = target.store == kWrite ? 0 : ReadWord(word, address);
  switch (target.store) {
    case kWrite:
      value = given;
      break;
    case kFlip:
      value = old ^ given;
      break;
    case kSet:
      value = old | given;
      break;
    case kClear:
      value = old & ~given;
      break;
    case kBit:
      value = (old & ~(1u << target.bit)) | (value & 1) << target.bit;
      lane = ~0u;
      break;
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
