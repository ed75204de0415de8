#include "emulation/semihosting/semihosting.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "emulation/machine/limits.h"

namespace atome::emulation {
namespace {

enum Operation : uint32_t {
  kSysOpen = 0x01,
  kSysClose = 0x02,
  kSysWriteC = 0x03,
  kSysWrite0 = 0x04,
  kSysWrite = 0x05,
  kSysRead = 0x06,
  kSysReadC = 0x07,
  kSysIsError = 0x08,
  kSysIsTty = 0x09,
  kSysSeek = 0x0A,
  kSysFileLength = 0x0C,
  kSysTmpName = 0x0D,
  kSysRemove = 0x0E,
  kSysRename = 0x0F,
  kSysClock = 0x10,
  kSysTime = 0x11,
  kSysSystem = 0x12,
  kSysErrno = 0x13,
  kSysGetCommandLine = 0x15,
  kSysHeapInfo = 0x16,
  kSysExit = 0x18,
  kSysExitExtended = 0x20,
  kSysElapsed = 0x30,
  kSysTickFrequency = 0x31,
};

constexpr uint32_t kMinusOne = 0xFFFFFFFF;
constexpr uint32_t kApplicationExit = 0x20026;  // ADP_Stopped_ApplicationExit
constexpr uint32_t kOutputResult =
    0xDEADBEEF;  // QEMU's R0 after SYS_WRITEC and SYS_WRITE0, "corrupted" by Arm's text
constexpr uint32_t kNoShell =
    127 << 8;  // system() where no process can be made: wait status "exited with 127"
constexpr uint32_t kPermission = 1, kBadHandle = 9, kBadAddress = 14, kAccess = 13, kInvalid = 22,
                   kTooBig = 7,
                   kIllegalSeek = 29;  // errno, as Linux numbers it
constexpr uint32_t kOpenModes = 12;
constexpr size_t kMaxHandles = 1024;

// The contents of ":semihosting-features": both SYS_EXIT_EXTENDED and separate stdout and stderr are there.
constexpr std::array<uint8_t, 5> kFeatures = {'S', 'H', 'F', 'B', 3};

// How many words of the parameter block an operation reads; 0 when its parameter is not a block.
int BlockWords(uint32_t operation) {
  constexpr std::array<uint8_t, kSysExitExtended + 1> kWords = [] {
    std::array<uint8_t, kSysExitExtended + 1> words{};
    for (const Operation one : {kSysClose, kSysIsError, kSysIsTty, kSysFileLength, kSysHeapInfo})
      words[one] = 1;
    for (const Operation two : {kSysSeek, kSysRemove, kSysSystem, kSysGetCommandLine, kSysExitExtended})
      words[two] = 2;
    for (const Operation three : {kSysOpen, kSysWrite, kSysRead, kSysTmpName}) words[three] = 3;
    words[kSysRename] = 4;
    return words;
  }();
  return operation < kWords.size() ? kWords[operation] : 0;
}

}  // namespace

Semihosting::Semihosting(GuestMemory& memory, std::string command_line, Heap heap)
    : memory_(memory), command_line_(std::move(command_line)), heap_(heap), handles_(1) {}

Semihosting::Handle Semihosting::KindOf(uint32_t handle) const {
  return handle < handles_.size() ? handles_[handle].kind : Handle::kClosed;
}

uint32_t Semihosting::Fail(uint32_t error) {
  errno_ = error;
  return kMinusOne;
}

Semihosting::Reply Semihosting::Write(std::string_view text, uint32_t result) {
  if (text.size() > kOutputLimitBytes - output_.size()) {
    output_.append(text.substr(0, kOutputLimitBytes - output_.size()));
    return {.verdict = Verdict::kOutputLimit};
  }
  output_.append(text);
  return {.result = result};
}

bool Semihosting::NeedsTime(uint32_t operation) {
  return operation == kSysClock || operation == kSysTime || operation == kSysElapsed;
}

Semihosting::Reply Semihosting::Call(uint32_t operation, uint32_t parameter, std::chrono::nanoseconds now) {
  std::array<uint32_t, 4> word{};
  for (int i = 0; i < BlockWords(operation); ++i) {
    const std::optional<uint32_t> value = memory_.Word(parameter + 4 * static_cast<uint32_t>(i));
    if (!value) return {.result = Fail(kBadAddress)};
    word[static_cast<size_t>(i)] = *value;
  }
  const auto nanoseconds = static_cast<uint64_t>(now.count());
  switch (operation) {
    case kSysWriteC: {
      const uint8_t* byte = memory_.Readable(parameter, 1);
      if (byte == nullptr) return {.result = Fail(kBadAddress)};
      return Write({reinterpret_cast<const char*>(byte), 1}, kOutputResult);
    }
    case kSysWrite0: {
      const std::optional<std::string> text = memory_.Text(parameter);
      return text ? Write(*text, kOutputResult) : Reply{.result = Fail(kBadAddress)};
    }
    case kSysWrite:
      return WriteTo(word[0], word[1], word[2]);
    case kSysOpen:
      return {.result = Open(word[0], word[1])};
    case kSysClose:
      return {.result = Close(word[0])};
    case kSysRead:
      return {.result = ReadFrom(word[0], word[1], word[2])};
    case kSysReadC:
      return {.verdict = Verdict::kNoInput};
    case kSysIsError:
      return {.result = static_cast<int32_t>(word[0]) < 0 ? 1u : 0u};
    case kSysIsTty:  // never: the console is a pipe or a string
      return {.result = KindOf(word[0]) == Handle::kClosed ? Fail(kBadHandle) : 0};
    case kSysSeek:
      return {.result = Seek(word[0], word[1])};
    case kSysFileLength:
      return {.result = FileLength(word[0])};
    case kSysSystem:
      return {.result = kNoShell};
    case kSysTmpName:
    case kSysRemove:
    case kSysRename:
      return {.result = Fail(kPermission)};
    case kSysClock:
      return {.result = static_cast<uint32_t>(nanoseconds / 10'000'000)};
    case kSysTime:
      return {.result = static_cast<uint32_t>(nanoseconds / 1'000'000'000)};
    case kSysElapsed:
      return {.result = Elapsed(parameter, nanoseconds)};
    case kSysTickFrequency:
      return {.result = 1'000'000'000};
    case kSysErrno:
      return {.result = errno_};
    case kSysGetCommandLine:
      return {.result = CommandLine(parameter, word[0], word[1])};
    case kSysHeapInfo:
      return {.result = HeapInfo(word[0])};
    case kSysExit:
      return Exit(parameter, 0);
    case kSysExitExtended:
      return Exit(word[0], word[1]);
    default:
      return {.verdict = Verdict::kUnsupported};
  }
}

Semihosting::Reply Semihosting::Exit(uint32_t reason, uint32_t code) {
  return {.verdict = Verdict::kExit, .exit_code = reason == kApplicationExit ? static_cast<int>(code) : 1};
}

uint32_t Semihosting::Open(uint32_t name, uint32_t mode) {
  const std::optional<std::string> path = memory_.Text(name);
  if (!path) return Fail(kBadAddress);
  if (mode >= kOpenModes) return Fail(kInvalid);
  OpenHandle opened;
  if (*path == ":tt") {  // read: the keyboard, write: stdout, append: stderr
    opened.kind = mode < 4 ? Handle::kInput : Handle::kOutput;
  } else if (*path == ":semihosting-features") {
    if (mode >= 4) return Fail(kAccess);
    opened.kind = Handle::kFeatures;
  } else {
    return Fail(kPermission);
  }
  // Handle 0 stays unused: a program may take it for a failure.
  const auto free = std::find_if(handles_.begin() + 1, handles_.end(),
                                 [](const OpenHandle& handle) { return handle.kind == Handle::kClosed; });
  const auto index = static_cast<uint32_t>(free - handles_.begin());
  if (free == handles_.end()) {
    if (handles_.size() == kMaxHandles) return Fail(kPermission);
    handles_.push_back(opened);
  } else {
    *free = opened;
  }
  return index;
}

uint32_t Semihosting::Close(uint32_t handle) {
  if (KindOf(handle) == Handle::kClosed) return Fail(kBadHandle);
  handles_[handle] = {};
  return 0;
}

// The result counts the bytes that were not written.
Semihosting::Reply Semihosting::WriteTo(uint32_t handle, uint32_t address, uint32_t bytes) {
  const uint8_t* text = memory_.Readable(address, bytes);
  if (KindOf(handle) != Handle::kOutput || text == nullptr) {
    Fail(text == nullptr ? kBadAddress : kBadHandle);
    return {.result = bytes};
  }
  return Write({reinterpret_cast<const char*>(text), bytes}, 0);
}

// The result counts the bytes that were not read: all of them at the end of the file.
uint32_t Semihosting::ReadFrom(uint32_t handle, uint32_t address, uint32_t bytes) {
  if (KindOf(handle) == Handle::kClosed || KindOf(handle) == Handle::kOutput) {
    Fail(kBadHandle);
    return bytes;
  }
  if (KindOf(handle) == Handle::kInput) return bytes;
  uint32_t& position = handles_[handle].position;
  const uint32_t count = std::min(bytes, static_cast<uint32_t>(kFeatures.size()) - position);
  uint8_t* target = memory_.Writable(address, count);
  if (target == nullptr) {
    Fail(kBadAddress);
    return bytes;
  }
  std::memcpy(target, kFeatures.data() + position, count);
  position += count;
  return bytes - count;
}

uint32_t Semihosting::Seek(uint32_t handle, uint32_t position) {
  switch (KindOf(handle)) {
    case Handle::kClosed:
      return Fail(kBadHandle);
    case Handle::kInput:
      return 0;
    case Handle::kOutput:
      return Fail(kIllegalSeek);
    case Handle::kFeatures:
      if (position > kFeatures.size()) return Fail(kInvalid);
      handles_[handle].position = position;
      return 0;
  }
  return kMinusOne;
}

uint32_t Semihosting::FileLength(uint32_t handle) {
  if (KindOf(handle) == Handle::kClosed) return Fail(kBadHandle);
  return KindOf(handle) == Handle::kFeatures ? static_cast<uint32_t>(kFeatures.size()) : 0;
}

uint32_t Semihosting::CommandLine(uint32_t block, uint32_t buffer, uint32_t bytes) {
  const auto length = static_cast<uint32_t>(command_line_.size());
  if (length >= bytes) return Fail(kTooBig);
  uint8_t* target = memory_.Writable(buffer, length + 1);
  if (target == nullptr || !memory_.SetWord(block + 4, length)) return Fail(kBadAddress);
  std::memcpy(target, command_line_.c_str(), length + 1);
  return 0;
}

uint32_t Semihosting::HeapInfo(uint32_t block) {
  const std::array<uint32_t, 4> answer = {heap_.begin, heap_.end, heap_.end,
                                          heap_.begin};  // heap, then stack
  for (uint32_t i = 0; i < answer.size(); ++i) {
    if (!memory_.SetWord(block + 4 * i, answer[i])) return Fail(kBadAddress);
  }
  return 0;
}

uint32_t Semihosting::Elapsed(uint32_t block, uint64_t nanoseconds) {
  const bool written = memory_.SetWord(block, static_cast<uint32_t>(nanoseconds)) &&
                       memory_.SetWord(block + 4, static_cast<uint32_t>(nanoseconds >> 32));
  return written ? 0 : Fail(kBadAddress);
}

}  // namespace atome::emulation
