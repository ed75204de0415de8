#include "emulation/probe/calls.h"

#include <algorithm>
#include <array>

#include "emulation/machine/limits.h"

namespace atome::emulation::probe {
namespace {

// Semihosting for AArch32 and AArch64, release 2.0, section 6.
enum Operation : uint32_t {
  kOpen = 0x01,
  kClose = 0x02,
  kWriteC = 0x03,
  kWrite0 = 0x04,
  kWrite = 0x05,
  kRead = 0x06,
  kIsError = 0x08,
  kIsTty = 0x09,
  kFileLength = 0x0C,
  kGetCommandLine = 0x15,
  kHeapInfo = 0x16,
  kExit = 0x18,
  kExitExtended = 0x20,
};

constexpr uint32_t kMinusOne = 0xFFFFFFFF;
constexpr uint32_t kApplicationExit = 0x20026;
constexpr uint32_t kConsole = 1;             // the handle that ":tt" gets
constexpr uint32_t kMostTextBytes = 65'536;  // of one call
constexpr std::string_view kBreakpoint = "\xAB\xBE";

uint32_t Word(std::string_view bytes, uint32_t number) {
  uint32_t value = 0;
  for (uint32_t k = 0; k < 4; ++k) value |= uint32_t{static_cast<uint8_t>(bytes[4 * number + k])} << 8 * k;
  return value;
}

std::string Bytes(std::initializer_list<uint32_t> words) {
  std::string bytes;
  for (const uint32_t word : words) {
    for (unsigned k = 0; k < 4; ++k) bytes += static_cast<char>(word >> 8 * k);
  }
  return bytes;
}

// Up to a zero, or to the most that one call prints.
std::optional<std::string> TextAt(Target& target, uint32_t address) {
  constexpr uint32_t kPart = 64;
  std::string text;
  while (text.size() < kMostTextBytes) {
    const uint32_t bytes = kPart - address % kPart;  // never past the end of a memory
    const auto part = target.Read(address, bytes);
    if (!part) return std::nullopt;
    const size_t end = part->find('\0');
    text += part->substr(0, end);
    if (end != std::string::npos) break;
    address += bytes;
  }
  return text;
}

}  // namespace

std::optional<bool> Calls::IsCall(Target& target, uint32_t pc) {
  const auto instruction = target.Read(pc, 2);
  if (!instruction) return std::nullopt;
  return *instruction == kBreakpoint;
}

std::optional<Calls::Reply> Calls::Answer(Target& target, uint32_t pc, std::string& output) {
  const auto operation = target.ReadRegister(CoreRegister::kR0),
             parameter = target.ReadRegister(CoreRegister::kR1);
  if (!operation || !parameter) return std::nullopt;
  const auto result = Result(target, *operation, *parameter, output);
  if (!result) return std::nullopt;
  if (output.size() > kOutputLimitBytes) {
    target.remote().Fail("the program printed over 64 MiB");
    return std::nullopt;
  }
  if (exit_code_) return Reply{exit_code_};
  if (!target.WriteRegister(CoreRegister::kR0, *result) || !target.WriteRegister(CoreRegister::kPc, pc + 2))
    return std::nullopt;
  return Reply{};
}

std::optional<uint32_t> Calls::Result(Target& target, uint32_t operation, uint32_t parameter,
                                      std::string& output) {
  // The words of a parameter block.
  const auto block = [&](uint32_t words) { return target.Read(parameter, 4 * words); };
  switch (operation) {
    case kWriteC: {
      const auto text = target.Read(parameter, 1);
      if (!text) return std::nullopt;
      output += *text;
      return 0;
    }
    case kWrite0: {
      const auto text = TextAt(target, parameter);
      if (!text) return std::nullopt;
      output += *text;
      return 0;
    }
    case kWrite: {
      const auto words = block(3);
      if (!words) return std::nullopt;
      const uint32_t bytes = Word(*words, 2);
      if (Word(*words, 0) != kConsole || bytes > kMostTextBytes) return bytes;
      const auto text = target.Read(Word(*words, 1), bytes);
      if (!text) return std::nullopt;
      output += *text;
      return 0;
    }
    case kOpen: {
      const auto words = block(3);
      if (!words) return std::nullopt;
      const auto name = Word(*words, 2) == 3 ? target.Read(Word(*words, 0), 3) : std::optional(std::string());
      if (!name) return std::nullopt;
      return *name == ":tt" ? kConsole : kMinusOne;
    }
    case kRead: {  // nothing is read
      const auto words = block(3);
      if (!words) return std::nullopt;
      return Word(*words, 2);
    }
    case kIsError: {
      const auto words = block(1);
      if (!words) return std::nullopt;
      return Word(*words, 0) >> 31;
    }
    case kClose:
    case kIsTty:
    case kFileLength:
      return 0;
    case kGetCommandLine: {
      const auto words = block(2);
      if (!words) return std::nullopt;
      const auto length = static_cast<uint32_t>(command_line_.size());
      if (length >= Word(*words, 1)) return kMinusOne;
      if (!target.Write(Word(*words, 0), command_line_ + '\0') ||
          !target.Write(parameter + 4, Bytes({length})))
        return std::nullopt;
      return 0;
    }
    case kHeapInfo: {  // zeros: the program knows its own memory
      const auto words = block(1);
      if (!words || !target.Write(Word(*words, 0), Bytes({0, 0, 0, 0}))) return std::nullopt;
      return 0;
    }
    case kExit:
      exit_code_ = parameter == kApplicationExit ? 0 : 1;
      return 0;
    case kExitExtended: {
      const auto words = block(2);
      if (!words) return std::nullopt;
      exit_code_ = Word(*words, 0) == kApplicationExit ? static_cast<int>(Word(*words, 1)) : 1;
      return 0;
    }
    default:
      return kMinusOne;
  }
}

}  // namespace atome::emulation::probe
