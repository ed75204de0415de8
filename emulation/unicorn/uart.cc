#include "emulation/unicorn/uart.h"

#include <algorithm>

#include "emulation/base/hex.h"

namespace atome::emulation {
namespace {

// nRF52840 Product Specification, UARTE: offsets of tasks, events and pointers.
constexpr uint32_t kStartReceive = 0x000, kStopReceive = 0x004, kStartSend = 0x008, kStopSend = 0x00C,
                   kFlushReceive = 0x02C;
constexpr uint32_t kReceived = 0x108, kEndReceive = 0x110, kSent = 0x11C, kEndSend = 0x120, kTimedOut = 0x144,
                   kReceiveStarted = 0x14C, kSendStarted = 0x150, kSendStopped = 0x158;
constexpr uint32_t kEnable = 0x500;
constexpr uint32_t kReceiveBuffer = 0x534, kSendBuffer = 0x544;  // then MAXCNT and AMOUNT
constexpr uint32_t kMaximum = 4, kAmount = 8;                    // from those
constexpr uint32_t kWithDma = 8;                                 // in ENABLE
constexpr uint32_t kMostTransfer = 0xFFFF;

}  // namespace

UartModel::UartModel(const Uart& description, GuestMemory& memory, Console& console)
    : uart_(description), memory_(memory), console_(console), listens_(!description.start) {
  for (const UartBit& reset : uart_.resets) words_[reset.offset] = reset.mask;
}

void UartModel::Set(std::span<const UartBit> bits) {
  for (const UartBit& bit : bits) words_[bit.offset] |= bit.mask;
}

bool UartModel::HoldsAll(const std::vector<UartBit>& bits) const {
  return std::ranges::all_of(bits, [this](const UartBit& bit) {
    const auto found = words_.find(bit.offset);
    return found != words_.end() && (found->second & bit.mask) == bit.mask;
  });
}

uint32_t UartModel::Read(uint32_t address) {
  const uint32_t offset = address - uart_.address;
  const bool waits = listens_ && console_.has_input() && HoldsAll(uart_.receiver_on);
  if (offset == uart_.receive) {
    const std::string_view byte = waits ? console_.Take(1) : std::string_view();
    if (console_.has_input()) Set(uart_.received);
    return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
  }
  uint32_t value = words_.contains(offset) ? words_[offset] : 0;
  const auto show = [&](const std::vector<UartBit>& bits, bool set) {
    for (const UartBit& bit : bits) {
      if (bit.offset == offset) value = set ? value | bit.mask : value & ~bit.mask;
    }
  };
  show(uart_.room, true);
  show(uart_.input, waits);
  show(uart_.no_input, !waits);
  for (const RegisterFollow& follow : uart_.follows) {
    if (follow.to_offset != offset) continue;
    const uint32_t bit = words_[follow.from_offset] >> follow.from & 1;
    value = (value & ~(1u << follow.to)) | bit << follow.to;
  }
  return value;
}

bool UartModel::Send(std::string_view text) {
  if (!HoldsAll(uart_.sender_on)) sent_while_off_ = true;
  Set(uart_.sent);
  return console_.Print(kUartConsole, text);
}

bool UartModel::Write(uint32_t address, uint32_t value, uint32_t lane) {
  const uint32_t offset = address - uart_.address;
  uint32_t& word = words_[offset];
  if (offset == uart_.clears) {  // of the bits that are set by what happens
    for (const auto* bits : {&uart_.sent, &uart_.received})
      for (const UartBit& bit : *bits) words_[bit.offset] &= ~(value & lane & bit.mask);
    return true;
  }
  // Such bits cannot be set by a store: it clears them where it has a 0, unless that is done elsewhere.
  for (const auto* bits : {&uart_.sent, &uart_.received}) {
    for (const UartBit& bit : *bits) {
      if (bit.offset == offset) value &= word | ~bit.mask;
      if (bit.offset == offset && uart_.clears) value |= word & bit.mask;
    }
  }
  if (offset == uart_.send) {
    if ((lane & 0xFF) == 0) return true;
    const char byte = static_cast<char>(value);
    return Send({&byte, 1});
  }
  word = (word & ~lane) | (value & lane);
  for (const UartBit& bit : uart_.interrupts)
    wants_interrupts_ |= bit.offset == offset && (word & bit.mask) != 0;
  if (uart_.dma && (value & 1) != 0 && words_[kEnable] == kWithDma) return Transfer(offset);
  if (offset == uart_.start && (value & 1) != 0) {
    listens_ = true;
    if (console_.has_input()) Set(uart_.received);
  }
  return true;
}

bool UartModel::Transfer(uint32_t offset) {
  switch (offset) {
    case kStartSend:
      return SendFromMemory();
    case kStopSend:
      words_[kSendStopped] = 1;
      return true;
    case kStartReceive:
      ReceiveToMemory();
      return true;
    case kStopReceive:
      words_[kTimedOut] = words_[kEndReceive] = 1;
      return true;
    case kFlushReceive:
      words_[kReceiveBuffer + kAmount] = 0;
      words_[kEndReceive] = 1;
      return true;
    default:
      return true;
  }
}

bool UartModel::SendFromMemory() {
  const uint32_t bytes = words_[kSendBuffer + kMaximum] & kMostTransfer;
  const uint32_t from = words_[kSendBuffer];
  const auto* text = reinterpret_cast<const char*>(memory_.Readable(from, bytes));
  words_[kSendStarted] = words_[kEndSend] = 1;
  if (text == nullptr || !memory_.map().ram().Has(from)) {  // flash is out of its reach
    bad_transfer_ |= bytes != 0;
    return true;
  }
  words_[kSendBuffer + kAmount] = bytes;
  if (bytes != 0) words_[kSent] = 1;
  return console_.Print(kUartConsole, {text, bytes});
}

// What the console has left goes to the buffer; one that is not filled waits until reception is stopped.
void UartModel::ReceiveToMemory() {
  words_[kReceiveStarted] = 1;
  const uint32_t bytes = words_[kReceiveBuffer + kMaximum] & kMostTransfer;
  uint8_t* buffer = memory_.Writable(words_[kReceiveBuffer], bytes);
  if (buffer == nullptr) {
    bad_transfer_ |= bytes != 0;
    return;
  }
  const std::string_view text = console_.Take(bytes);
  std::ranges::copy(text, buffer);
  words_[kReceiveBuffer + kAmount] = static_cast<uint32_t>(text.size());
  if (!text.empty()) words_[kReceived] = 1;
  if (text.size() == bytes) words_[kEndReceive] = 1;
}

std::vector<std::string> UartModel::notes() const {
  const std::string name = "the UART at " + Hex(uart_.address);
  std::vector<std::string> notes;
  if (sent_while_off_)
    notes.push_back(name + " was given bytes before it was switched on; a chip would not send them");
  if (wants_interrupts_) notes.push_back(name + " was told to interrupt, which it does not");
  if (bad_transfer_) notes.push_back(name + " was given a buffer outside RAM, which it cannot reach");
  return notes;
}

}  // namespace atome::emulation
