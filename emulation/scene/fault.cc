#include "emulation/scene/fault.h"

#include <algorithm>
#include <iterator>

#include "emulation/base/hex.h"

namespace atome::emulation {
namespace {

// The stack lies at the bottom of RAM, so an overflow leaves RAM downwards, by less than this in one frame.
constexpr uint32_t kOverflowReach = 1u << 20;
// Offsets into a structure at a null pointer.
constexpr uint32_t kNullReach = 256;

bool BelowRam(uint32_t address, const MemoryMap& map) {
  return address < map.ram_address && map.ram_address - address <= kOverflowReach;
}

struct Kind {
  FaultKind kind;
  const char* name;
  bool has_address;
  const char* cause;  // "%" stands for the core; nullptr where it depends on the address
};

constexpr Kind kKinds[] = {
    {FaultKind::kUndefinedInstruction, "undefined instruction", false,
     "% does not know this instruction: the wrong -mcpu, or data run as code"},
    {FaultKind::kNoFpu, "FPU instruction without an FPU", false, "% has no FPU: build with -mfloat-abi=soft"},
    {FaultKind::kNoCoprocessor, "coprocessor instruction", false,
     "no Cortex-M of these has that coprocessor: the wrong -mcpu, or data run as code"},
    {FaultKind::kFpuOff, "FPU instruction with the FPU off", false,
     "the start-up code has to set CP10 and CP11 in CPACR (0xE000ED88) before the first FPU instruction"},
    {FaultKind::kUnaligned, "unaligned access", true, nullptr},
    {FaultKind::kDivisionByZero, "division by zero", false, "the divisor is 0 and CCR.DIV_0_TRP is set"},
    {FaultKind::kUnmappedRead, "read of unmapped memory", true, nullptr},
    {FaultKind::kUnmappedWrite, "write to unmapped memory", true, nullptr},
    {FaultKind::kUnmappedAccess, "access to unmapped memory", true, nullptr},
    {FaultKind::kUnmappedFetch, "jump to unmapped memory", true, nullptr},
    {FaultKind::kRamFetch, "jump to data in RAM", true, nullptr},
    {FaultKind::kArmState, "switch to Arm state", true, nullptr},
    {FaultKind::kFlashWrite, "write to read-only memory", true, nullptr},
    {FaultKind::kSupervisorCall, "supervisor call", false,
     "no SVCall handler can run: vector 11 holds no code, or what runs has its priority or a higher one"},
    {FaultKind::kNoHandler, "exception without a handler", false,
     "an exception came that the firmware had let in (SysTick, PendSV or an interrupt), and its vector holds "
     "no "
     "code"},
    {FaultKind::kBreakpoint, "breakpoint", false,
     "BKPT other than semihosting's 0xAB: an abort or an assertion of the firmware, and no debugger"},
    {FaultKind::kSleep, "sleeps for ever", false,
     "WFI with no interrupt source running: nothing would ever wake the core"},
    {FaultKind::kSystemReset, "system reset", false,
     "the firmware asked for a reset through AIRCR; a run ends there"},
    {FaultKind::kSemihosting, "unknown semihosting operation", false, nullptr},
    {FaultKind::kConsoleInput, "waits for console input", false,
     "SYS_READC waits for a key, and the console has no input: give it with --stdin FILE in Unicorn"},
    {FaultKind::kOutputLimit, "too much output", false, "the output exceeds 64 MiB"},
    {FaultKind::kMarkLimit, "too many marks", false,
     "the mark function was called more than 4 million times"},
    {FaultKind::kCodeLimit, "too much code", false,
     "more than 8 MiB of different code: the firmware keeps rewriting its code in RAM"},
    {FaultKind::kUnknown, "hard fault", false,
     "the core took a fault exception and its cause could not be told"},
};
static_assert(std::size(kKinds) == static_cast<size_t>(FaultKind::kUnknown) + 1);

std::string AccessCause(const FaultFacts& facts, const MemoryMap& map) {
  const uint32_t address = facts.address.value_or(0);
  const std::string where = "address " + Hex(address);
  if (BelowRam(address, map)) {
    return where + " lies below RAM (" + Hex(map.ram_address) +
           "): the stack, which lies at the bottom of RAM, has very likely overflowed; give it more room or "
           "use less";
  }
  if (facts.kind == FaultKind::kFlashWrite && map.flash_ram_bytes != 0) {
    return where +
           " is among the program's code and constants, which are kept from stores though the memory "
           "is RAM";
  }
  if (facts.kind == FaultKind::kFlashWrite) {
    return where + (address - map.flash_address < kNullReach
                        ? " is in flash, right where a null pointer leads"
                        : " is in flash, which a store cannot change");
  }
  const uint32_t ram_end = map.ram_address + map.ram_bytes;
  if (address >= ram_end && address - ram_end < kOverflowReach) {
    return where + " lies past the end of the " + std::to_string(map.ram_bytes) + " bytes of RAM";
  }
  return where + " is neither flash nor RAM: a wild pointer, or a peripheral that is not modelled";
}

std::string JumpCause(const FaultFacts& facts) {
  const uint32_t target = facts.address.value_or(0);
  if ((target & ~1u) == 0) return "called or returned to a null pointer";
  if (facts.kind == FaultKind::kArmState) {
    return "jumped to " + Hex(target) +
           " with bit 0 clear; a Cortex-M has no Arm state, code addresses are odd";
  }
  if (facts.kind == FaultKind::kRamFetch) {
    return "jumped to " + Hex(target) +
           " in RAM, where the ELF has no executable segment: a corrupted return address "
           "or function pointer";
  }
  return "jumped to " + Hex(target) + ", where no memory is: a corrupted return address or function pointer";
}

std::string UnalignedCause(const FaultFacts& facts, const Core& core) {
  return (facts.address ? "address " + Hex(*facts.address) : "the address") +
         " is not a multiple of the access size; " +
         (core.strict_alignment ? std::string(core.title) + " faults on every misaligned access"
                                : "LDM, STM, LDRD, STRD and FPU loads and stores need 4-byte alignment");
}

std::string Cause(const FaultFacts& facts, const Kind& kind, const Core& core, const MemoryMap& map) {
  if (kind.cause != nullptr) {
    const std::string cause = kind.cause;
    return cause.starts_with('%') ? std::string(core.title) + cause.substr(1) : cause;
  }
  switch (facts.kind) {
    case FaultKind::kUnaligned:
      return UnalignedCause(facts, core);
    case FaultKind::kSemihosting:
      return "semihosting has no operation " + Hex(facts.address.value_or(0));
    case FaultKind::kUnmappedFetch:
    case FaultKind::kRamFetch:
    case FaultKind::kArmState:
      return JumpCause(facts);
    default:
      return AccessCause(facts, map);
  }
}

}  // namespace

Fault Explain(const FaultFacts& facts, const Core& core, const MemoryMap& map, const ElfImage& image) {
  const Kind& kind = *std::ranges::find(kKinds, facts.kind, &Kind::kind);
  return {.kind = kind.name,
          .pc = facts.pc,
          .symbol = image.Symbolise(facts.pc),
          .address = kind.has_address ? facts.address : std::nullopt,
          .cause = Cause(facts, kind, core, map)};
}

std::string OneLine(const Fault& fault) { return fault.kind + " at " + fault.symbol + ": " + fault.cause; }

}  // namespace atome::emulation
