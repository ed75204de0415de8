#include "emulation/scene/fault.h"

#include "emulation/base/hex.h"

namespace atome::emulation {
namespace {

// The stack lies at the bottom of RAM: an overflow leaves RAM downwards, by less than this in one frame.
constexpr uint32_t kOverflowReach = 1u << 20;
// Offsets into a structure at a null pointer.
constexpr uint32_t kNullReach = 256;

bool BelowRam(uint32_t address, const MemoryMap& map) {
  return address < map.ram_address && map.ram_address - address <= kOverflowReach;
}

std::string KindText(FaultKind kind) {
  switch (kind) {
    case FaultKind::kUndefinedInstruction:
      return "undefined instruction";
    case FaultKind::kNoFpu:
      return "FPU instruction without an FPU";
    case FaultKind::kFpuOff:
      return "FPU instruction with the FPU off";
    case FaultKind::kUnaligned:
      return "unaligned access";
    case FaultKind::kDivisionByZero:
      return "division by zero";
    case FaultKind::kUnmappedRead:
      return "read of unmapped memory";
    case FaultKind::kUnmappedWrite:
      return "write to unmapped memory";
    case FaultKind::kUnmappedAccess:
      return "access to unmapped memory";
    case FaultKind::kUnmappedFetch:
      return "jump to unmapped memory";
    case FaultKind::kRamFetch:
      return "jump to data in RAM";
    case FaultKind::kArmState:
      return "switch to Arm state";
    case FaultKind::kFlashWrite:
      return "write to read-only memory";
    case FaultKind::kSupervisorCall:
      return "supervisor call";
    case FaultKind::kBreakpoint:
      return "breakpoint";
    case FaultKind::kSleep:
      return "sleeps for ever";
    case FaultKind::kSystemReset:
      return "system reset";
    case FaultKind::kSemihosting:
      return "unknown semihosting operation";
    case FaultKind::kConsoleInput:
      return "waits for console input";
    case FaultKind::kOutputLimit:
      return "too much output";
    case FaultKind::kMarkLimit:
      return "too many marks";
    case FaultKind::kCodeLimit:
      return "too much code";
    case FaultKind::kUnknown:
      break;
  }
  return "hard fault";
}

std::string AccessCause(const FaultFacts& facts, const MemoryMap& map) {
  const uint32_t address = facts.address.value_or(0);
  const std::string where = "address " + Hex(address);
  if (BelowRam(address, map)) {
    return where + " lies below RAM (" + Hex(map.ram_address) +
           "): the stack, which lies at the bottom of RAM, has very likely overflowed; give it more room or "
           "use less";
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

std::string Cause(const FaultFacts& facts, const Core& core, const MemoryMap& map) {
  const std::string title(core.title);
  switch (facts.kind) {
    case FaultKind::kUndefinedInstruction:
      return title + " does not know this instruction: the wrong -mcpu, or data run as code";
    case FaultKind::kNoFpu:
      return title + " has no FPU: build with -mfloat-abi=soft";
    case FaultKind::kFpuOff:
      return "the start-up code has to set CP10 and CP11 in CPACR (0xE000ED88) before the first FPU "
             "instruction";
    case FaultKind::kUnaligned:
      return (facts.address ? "address " + Hex(*facts.address) + " is not a multiple of the access size; "
                            : std::string("the address is not a multiple of the access size; ")) +
             (core.strict_alignment ? title + " faults on every misaligned access"
                                    : "LDM, STM, LDRD, STRD and FPU loads and stores need 4-byte alignment");
    case FaultKind::kDivisionByZero:
      return "the divisor is 0 and CCR.DIV_0_TRP is set";
    case FaultKind::kUnmappedRead:
    case FaultKind::kUnmappedWrite:
    case FaultKind::kUnmappedAccess:
    case FaultKind::kFlashWrite:
      return AccessCause(facts, map);
    case FaultKind::kUnmappedFetch:
    case FaultKind::kRamFetch:
    case FaultKind::kArmState:
      return JumpCause(facts);
    case FaultKind::kSupervisorCall:
      return "SVC needs exception handling, which is not modelled";
    case FaultKind::kBreakpoint:
      return "BKPT other than semihosting's 0xAB: an abort or an assertion of the firmware, and no debugger";
    case FaultKind::kSleep:
      return "WFI with no interrupt source running: nothing would ever wake the core";
    case FaultKind::kSystemReset:
      return "the firmware asked for a reset through AIRCR; a run ends there";
    case FaultKind::kSemihosting:
      return "semihosting has no operation " + Hex(facts.address.value_or(0));
    case FaultKind::kConsoleInput:
      return "SYS_READC waits for a key, and the console has no input";
    case FaultKind::kOutputLimit:
      return "the output exceeds 64 MiB";
    case FaultKind::kMarkLimit:
      return "the mark function was called more than 4 million times";
    case FaultKind::kCodeLimit:
      return "more than 8 MiB of different code: the firmware keeps rewriting its code in RAM";
    case FaultKind::kUnknown:
      break;
  }
  return "the core took a fault exception and its cause could not be told";
}

bool HasAddress(FaultKind kind) {
  return kind == FaultKind::kUnaligned || kind == FaultKind::kUnmappedRead ||
         kind == FaultKind::kUnmappedWrite || kind == FaultKind::kUnmappedAccess ||
         kind == FaultKind::kUnmappedFetch || kind == FaultKind::kRamFetch || kind == FaultKind::kArmState ||
         kind == FaultKind::kFlashWrite;
}

}  // namespace

Fault Explain(const FaultFacts& facts, const Core& core, const MemoryMap& map, const ElfImage& image) {
  Fault fault{.kind = KindText(facts.kind),
              .pc = facts.pc,
              .symbol = image.Symbolise(facts.pc),
              .address = std::nullopt,
              .cause = Cause(facts, core, map)};
  if (HasAddress(facts.kind)) fault.address = facts.address;
  return fault;
}

std::string OneLine(const Fault& fault) { return fault.kind + " at " + fault.symbol + ": " + fault.cause; }

}  // namespace atome::emulation
