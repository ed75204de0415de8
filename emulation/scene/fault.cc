#include "emulation/scene/fault.h"

#include <algorithm>
#include <iterator>

#include "emulation/base/hex.h"

namespace atome::emulation {
namespace {

// The stack lies at the bottom of RAM, so an overflow leaves RAM downwards, by less than this in one frame.
constexpr uint32_t kOverflowReach = 1u << 20;
// The highest addresses are EXC_RETURN (Armv7-M Architecture Reference Manual, B1.5.8; without their bit 0).
constexpr uint32_t kFirstExceptionReturn = 0xFFFFFF80;
constexpr uint32_t kPrivateBus = 0xE0000000, kPrivateBusBytes = 0x00100000;
// Offsets into a structure at a null pointer.
constexpr uint32_t kNullReach = 256;

// The RAM that the stack starts in; the usual one where the vector table starts it elsewhere.
MemoryRange StackRam(const MemoryMap& map, const ElfImage& image) {
  const MemoryRange run = map.WritableRun(image.WordAt(map.vector_address).value_or(0));
  return run.bytes != 0 ? run : map.ram();
}

// The memory that ends nearest below the address, within reach; nullptr: none.
const Memory* Before(uint32_t address, const MemoryMap& map) {
  const Memory* before = nullptr;
  for (const Memory& memory : map.memories) {
    const uint64_t end = uint64_t{memory.address} + memory.bytes;
    if (!memory.writable || address < end || address - end >= kOverflowReach) continue;
    if (before == nullptr || memory.address > before->address) before = &memory;
  }
  return before;
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
    {FaultKind::kStackLimit, "stack limit", false,
     "the stack has overflowed: SP would go below MSPLIM or PSPLIM; give it more room or use less"},
    {FaultKind::kNonSecure, "branch to Non-secure state", false,
     "BXNS or BLXNS to an even address: the emulated machine has Secure state alone; run the Secure and the "
     "Non-secure image each by itself"},
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
    {FaultKind::kMemoryLimit, "too much memory", false,
     "output, marks, files and what else is kept of the run exceed the memory that it may take on the host"},
    {FaultKind::kUnknown, "hard fault", false,
     "the core took a fault exception and its cause could not be told"},
};
static_assert(std::size(kKinds) == static_cast<size_t>(FaultKind::kUnknown) + 1);

std::string AccessCause(const FaultFacts& facts, const MemoryMap& map, const ElfImage& image) {
  const uint32_t address = facts.address.value_or(0);
  const std::string where = "address " + Hex(address);
  if (facts.kind == FaultKind::kFlashWrite && map.IsProtected(address)) {
    return where +
           " is among the program's code and constants, which are kept from stores though the memory "
           "is RAM";
  }
  const MemoryRange stack = StackRam(map, image);
  if (address < stack.begin && stack.begin - address <= kOverflowReach) {
    return where + " lies below RAM (" + Hex(stack.begin) +
           "): the stack, which lies at the bottom of RAM, has very likely overflowed; give it more room or "
           "use less";
  }
  if (facts.kind == FaultKind::kFlashWrite) {
    const Memory* const memory = map.At(address);
    const std::string in = where + " is in " + (memory != nullptr ? memory->name : "flash");
    return in +
           (address < kNullReach ? ", right where a null pointer leads" : ", which a store cannot change");
  }
  if (const Memory* const memory = Before(address, map))
    return where + " lies past the end of the " + std::to_string(memory->bytes) + " bytes of " + memory->name;
  return where + " is neither flash nor RAM: a wild pointer, or a peripheral that is not modelled";
}

std::string JumpCause(const FaultFacts& facts, const MemoryMap& map) {
  const uint32_t target = facts.address.value_or(0);
  if ((target & ~1u) == 0) return "called or returned to a null pointer";
  const std::string jumped = "jumped to " + Hex(target);
  if (facts.kind == FaultKind::kArmState)
    return jumped + " with bit 0 clear; a Cortex-M has no Arm state, code addresses are odd";
  if (target >= kFirstExceptionReturn)
    return jumped +
           ", which means a return from an exception only in a handler that has not returned yet: the LR of "
           "a "
           "handler, kept too long, or a value of it that no core knows";
  if (target - kPrivateBus < kPrivateBusBytes)
    return jumped +
           " on the private peripheral bus, where registers are and no code can be: a corrupted return "
           "address "
           "or function pointer";
  const Memory* const memory = map.At(target);
  if (facts.kind == FaultKind::kRamFetch && memory != nullptr && !memory->executable)
    return jumped + " in " + memory->name + ", which cannot hold code: link the code for another memory";
  if (facts.kind == FaultKind::kRamFetch) {
    return jumped +
           " in RAM, where the ELF has no executable segment: a corrupted return address "
           "or function pointer";
  }
  return jumped + ", where no memory is: a corrupted return address or function pointer";
}

std::string UnalignedCause(const FaultFacts& facts, const Core& core) {
  return (facts.address ? "address " + Hex(*facts.address) : "the address") +
         " is not a multiple of the access size; " +
         (core.strict_alignment ? std::string(core.title) + " faults on every misaligned access"
                                : "LDM, STM, LDRD, STRD and FPU loads and stores need 4-byte alignment");
}

std::string Cause(const FaultFacts& facts, const Kind& kind, const Core& core, const MemoryMap& map,
                  const ElfImage& image) {
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
      return JumpCause(facts, map);
    default:
      return AccessCause(facts, map, image);
  }
}

}  // namespace

Fault Explain(const FaultFacts& facts, const Core& core, const MemoryMap& map, const ElfImage& image) {
  const Kind& kind = *std::ranges::find(kKinds, facts.kind, &Kind::kind);
  return {.code = facts.kind,
          .kind = kind.name,
          .pc = facts.pc,
          .symbol = image.Symbolise(facts.pc),
          .address = kind.has_address ? facts.address : std::nullopt,
          .cause = Cause(facts, kind, core, map, image)};
}

std::string OneLine(const Fault& fault) { return fault.kind + " at " + fault.symbol + ": " + fault.cause; }

}  // namespace atome::emulation
