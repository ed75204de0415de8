#include "emulation/qemu/qemu_diagnosis.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace atome::emulation {
namespace {

struct Exception {
  std::string name;  // as in "Taking exception 4 [Data Abort] on CPU 0"
  std::optional<uint32_t> address = std::nullopt;
  std::optional<uint32_t> handler = std::nullopt;
  bool unaligned = false;
  bool secure = false;  // a SecureFault in truth
};

// The number after `key`, hexadecimal with or without 0x.
std::optional<uint32_t> HexAfter(std::string_view text, std::string_view key) {
  const size_t at = text.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string digits(text.substr(at + key.size(), 10));
  char* end = nullptr;
  const unsigned long value = std::strtoul(digits.c_str(), &end, 16);
  if (end == digits.c_str()) return std::nullopt;
  return static_cast<uint32_t>(value);
}

std::vector<Exception> ReadExceptions(std::string_view log) {
  constexpr std::string_view kTaking = "Taking exception ";
  std::vector<Exception> exceptions;
  for (size_t at = 0; at < log.size();) {
    const size_t end = std::min(log.find('\n', at), log.size());
    const std::string_view line = log.substr(at, end - at);
    at = end + 1;
    if (line.starts_with(kTaking)) {
      const size_t open = line.find('['), close = line.find(']');
      if (open == std::string_view::npos || close == std::string_view::npos || close < open) continue;
      exceptions.push_back({.name = std::string(line.substr(open + 1, close - open - 1))});
    } else if (!exceptions.empty()) {
      Exception& last = exceptions.back();
      if (const auto address = HexAfter(line, "fault address ")) last.address = address;
      if (const auto handler = HexAfter(line, "loaded new PC ")) last.handler = handler;
      last.secure |= line.find("SecureFault with SFSR.INVEP") != std::string_view::npos;
      last.unaligned |= line.find("UNALIGNED") != std::string_view::npos;
    }
  }
  return exceptions;
}

bool IsArmState(const Exception& exception) { return exception.name.find("INVSTATE") != std::string::npos; }

FaultKind KindOf(const Exception& exception) {
  const std::string& name = exception.name;
  if (exception.unaligned || name.find("UNALIGNED") != std::string::npos) return FaultKind::kUnaligned;
  if (name.find("STKOF") != std::string::npos) return FaultKind::kStackLimit;
  if (exception.secure) return FaultKind::kNonSecure;
  if (name == "Data Abort") return FaultKind::kUnmappedAccess;
  if (name == "Prefetch Abort") return FaultKind::kUnmappedFetch;
  if (name == "Undefined Instruction") return FaultKind::kUndefinedInstruction;
  if (name == "SVC") return FaultKind::kSupervisorCall;
  if (name == "Breakpoint") return FaultKind::kBreakpoint;
  if (name.find("DIVBYZERO") != std::string::npos) return FaultKind::kDivisionByZero;
  if (IsArmState(exception)) return FaultKind::kArmState;
  if (name.find("NOCP") != std::string::npos) return FaultKind::kFpuOff;
  return FaultKind::kUnknown;
}

}  // namespace

std::optional<LoggedFault> ParseExceptionLog(std::string_view log) {
  const std::vector<Exception> exceptions = ReadExceptions(log);
  if (exceptions.empty()) return std::nullopt;
  size_t first = exceptions.size() - 1;
  uint32_t arm_state_faults = 0;
  // A vector of 0 sends the core to address 0 in Arm state, which is the next fault and never the cause.
  for (;; --first) {
    if (!IsArmState(exceptions[first])) break;
    ++arm_state_faults;
    if (first == 0) break;
    const std::optional<uint32_t> handler = exceptions[first - 1].handler;
    if (!handler || (*handler & 1) != 0) break;
  }
  return LoggedFault{.kind = KindOf(exceptions[first]),
                     .address = exceptions[first].address,
                     .arm_state_faults = arm_state_faults};
}

std::optional<Abort> ParseAbort(std::string_view output) {
  constexpr std::string_view kSemihosting = "qemu: Unsupported SemiHosting SWI 0x";
  size_t at = output.rfind("qemu: fatal: ");
  const size_t semihosting = output.rfind(kSemihosting);
  if (at == std::string_view::npos || (semihosting != std::string_view::npos && semihosting > at))
    at = semihosting;
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view text = output.substr(at);
  Abort abort{.offset = at,
              .message = std::string(text.substr(0, text.find('\n'))),
              .pc = HexAfter(text, "R15="),
              .unsupported_semihosting = HexAfter(text, kSemihosting)};
  return abort;
}

}  // namespace atome::emulation
