#include "emulation/semihosting/semihosting.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

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
constexpr std::string_view kFeatures = "SHFB\3";

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

Semihosting::Semihosting(GuestMemory& memory, Console& console, const GrantedFolder* folder,
                         std::string command_line, Heap heap)
    : memory_(memory),
      console_(console),
      files_(folder),
      command_line_(std::move(command_line)),
      heap_(heap),
      handles_(1) {}

Semihosting::Handle Semihosting::KindOf(uint32_t handle) const {
  return handle < handles_.size() ? handles_[handle].kind : Handle::kClosed;
}

uint32_t Semihosting::Fail(uint32_t error) {
  errno_ = error;
  return kMinusOne;
}

Semihosting::Reply Semihosting::Write(std::string_view text, uint32_t result) {
  if (!console_.Print(kSemihostingConsole, text)) return {.verdict = Verdict::kOutputLimit};
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
      return ReadKey();
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
      return {.result = TemporaryName(word[0], word[1], word[2])};
    case kSysRemove:
      return {.result = Remove(word[0])};
    case kSysRename:
      return {.result = Rename(word[0], word[2])};
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

// -1 at the input's end.
Semihosting::Reply Semihosting::ReadKey() {
  if (!console_.is_given()) return {.verdict = Verdict::kNoInput};
  const std::string_view key = console_.Take(1);
  return {.result = key.empty() ? kMinusOne : static_cast<uint8_t>(key[0])};
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
  } else if (const uint32_t error = files_.Open(*path, mode, opened.file)) {
    return Fail(error);
  } else {
    opened.kind = Handle::kFile;
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
  const auto* text = reinterpret_cast<const char*>(memory_.Readable(address, bytes));
  const Handle kind = KindOf(handle);
  const bool writable = kind == Handle::kOutput || (kind == Handle::kFile && handles_[handle].file.writes);
  uint32_t error = text == nullptr ? kBadAddress : writable ? 0 : kBadHandle;
  if (error == 0 && kind == Handle::kOutput) return Write({text, bytes}, 0);
  if (error == 0) error = files_.Write(handles_[handle].file, {text, bytes});
  if (error == 0) return {.result = 0};
  Fail(error);
  return {.result = bytes};
}

// The result counts the bytes that were not read: all of them at the end of the file.
uint32_t Semihosting::ReadFrom(uint32_t handle, uint32_t address, uint32_t bytes) {
  if (KindOf(handle) == Handle::kClosed || KindOf(handle) == Handle::kOutput) {
    Fail(kBadHandle);
    return bytes;
  }
  if (KindOf(handle) == Handle::kFile && !handles_[handle].file.reads) {
    Fail(kBadHandle);
    return bytes;
  }
  uint8_t* target = memory_.Writable(address, bytes);
  if (target == nullptr) {
    Fail(kBadAddress);
    return bytes;
  }
  const std::string_view part = Take(handles_[handle], bytes);
  std::ranges::copy(part, target);
  return bytes - static_cast<uint32_t>(part.size());
}

// The next bytes of what can be read, at most `bytes`.
std::string_view Semihosting::Take(OpenHandle& handle, uint32_t bytes) {
  if (handle.kind == Handle::kInput) return console_.Take(bytes);
  if (handle.kind == Handle::kFile) return GuestFiles::Read(handle.file, bytes);
  const std::string_view part = kFeatures.substr(handle.position, bytes);
  handle.position += static_cast<uint32_t>(part.size());
  return part;
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
    case Handle::kFile:
      handles_[handle].file.position = position;
      return 0;
  }
  return kMinusOne;
}

uint32_t Semihosting::FileLength(uint32_t handle) {
  if (KindOf(handle) == Handle::kClosed) return Fail(kBadHandle);
  if (KindOf(handle) == Handle::kFile)
    return static_cast<uint32_t>(handles_[handle].file.file->contents.size());
  return KindOf(handle) == Handle::kFeatures ? static_cast<uint32_t>(kFeatures.size()) : 0;
}

uint32_t Semihosting::Remove(uint32_t name) {
  const std::optional<std::string> path = memory_.Text(name);
  return Done(path ? files_.Remove(*path) : kBadAddress);
}

uint32_t Semihosting::Rename(uint32_t from, uint32_t to) {
  const std::optional<std::string> old_path = memory_.Text(from), new_path = memory_.Text(to);
  return Done(old_path && new_path ? files_.Rename(*old_path, *new_path) : kBadAddress);
}

uint32_t Semihosting::TemporaryName(uint32_t buffer, uint32_t id, uint32_t bytes) {
  std::string name;
  if (const uint32_t error = files_.TemporaryName(id, name)) return Fail(error);
  if (name.size() >= bytes) return Fail(kInvalid);
  uint8_t* target = memory_.Writable(buffer, static_cast<uint32_t>(name.size()) + 1);
  if (target == nullptr) return Fail(kBadAddress);
  std::memcpy(target, name.c_str(), name.size() + 1);
  return 0;
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
