#include "emulation/scene/fault_status.h"

#include <utility>

#include "emulation/base/address_space.h"

namespace atome::emulation {
namespace {

// Bits of CFSR (0xE000ED28: MMFSR, BFSR and UFSR) and HFSR (0xE000ED2C): Armv7-M Architecture Reference
// Manual, B3.2.15 and B3.2.16.
constexpr uint32_t kInstructionAccess = 1u << 0;
constexpr uint32_t kInstructionBus = 1u << 8;
constexpr uint32_t kPrecise = 1u << 9;
constexpr uint32_t kBfarValid = 1u << 15;
constexpr uint32_t kUndefined = 1u << 16;
constexpr uint32_t kInvalidState = 1u << 17;
constexpr uint32_t kNoCoprocessor = 1u << 19;
constexpr uint32_t kStackOverflow = 1u << 20;  // Armv8-M
constexpr uint32_t kUnaligned = 1u << 24;
constexpr uint32_t kDivideByZero = 1u << 25;
constexpr uint32_t kVectorRead = 1u << 1;
constexpr uint32_t kDebugEvent = 1u << 31;

constexpr std::pair<uint32_t, const char*> kCfsrNames[] = {
    {kInstructionAccess, "MMFSR.IACCVIOL"}, {kInstructionBus, "BFSR.IBUSERR"},
    {kPrecise, "BFSR.PRECISERR"},           {kCfsrImprecise, "BFSR.IMPRECISERR"},
    {kCfsrStacking, "BFSR.STKERR"},         {kBfarValid, "BFSR.BFARVALID"},
    {kUndefined, "UFSR.UNDEFINSTR"},        {kInvalidState, "UFSR.INVSTATE"},
    {kNoCoprocessor, "UFSR.NOCP"},          {kStackOverflow, "UFSR.STKOF"},
    {kUnaligned, "UFSR.UNALIGNED"},         {kDivideByZero, "UFSR.DIVBYZERO"}};
constexpr std::pair<uint32_t, const char*> kHfsrNames[] = {
    {kHfsrForced, "HFSR.FORCED"}, {kVectorRead, "HFSR.VECTTBL"}, {kDebugEvent, "HFSR.DEBUGEVT"}};

constexpr const char* kBuffered =
    "the store is buffered, so the stacked PC lies some instructions further on and BFAR is not valid "
    "(ACTLR.DISDEFWBUF of a Cortex-M3 or M4 makes it exact)";

FaultStatus Usage(uint32_t bit) { return {.exception = FaultException::kUsageFault, .cfsr = bit}; }

FaultStatus Precise(const FaultFacts& facts) {
  return {.exception = FaultException::kBusFault,
          .cfsr = kPrecise | (facts.address ? kBfarValid : 0),
          .bfar = facts.address};
}

FaultStatus BufferedWrite(const char* note) {
  return {.exception = FaultException::kBusFault, .cfsr = kCfsrImprecise, .note = note};
}

// On Armv7-M.
FaultStatus StatusOf(const FaultFacts& facts, const FaultCircumstances& circumstances) {
  const auto write = [&](const char* note) {
    return circumstances.buffers_stores ? BufferedWrite(note) : Precise(facts);
  };
  switch (facts.kind) {
    case FaultKind::kUndefinedInstruction:
      return Usage(kUndefined);
    case FaultKind::kNoFpu:
    case FaultKind::kNoCoprocessor:
    case FaultKind::kFpuOff:
      return Usage(kNoCoprocessor);
    case FaultKind::kUnaligned:
      return Usage(kUnaligned);
    case FaultKind::kDivisionByZero:
      return Usage(kDivideByZero);
    case FaultKind::kStackLimit:
      return Usage(kStackOverflow);
    case FaultKind::kNonSecure:
      return {.note = "silicon goes on in Non-secure state, if its SAU says that the target is"};
    case FaultKind::kArmState: {
      FaultStatus status = Usage(kInvalidState);
      status.note = "the fault is taken at the target, which is the stacked PC";
      return status;
    }
    case FaultKind::kUnmappedRead:
      return Precise(facts);
    case FaultKind::kUnmappedWrite:
      return write(kBuffered);
    case FaultKind::kUnmappedAccess:
      return circumstances.access == thumb::Access::kStore ? write(kBuffered) : Precise(facts);
    case FaultKind::kFlashWrite:
      return write(
          "a locked flash keeps its contents; whether its controller answers the store with this bus error "
          "or silently ignores it differs from chip to chip");
    case FaultKind::kUnmappedFetch:
      if (IsNeverExecutable(facts.address.value_or(0))) {
        return {.exception = FaultException::kMemManage,
                .cfsr = kInstructionAccess,
                .note = "the stacked PC is the target"};
      }
      return {.exception = FaultException::kBusFault,
              .cfsr = kInstructionBus,
              .note = "the stacked PC is the target"};
    case FaultKind::kRamFetch:
      return {.note =
                  "RAM is executable unless the MPU forbids it: the data would run as code until "
                  "something else breaks, far from here"};
    case FaultKind::kBreakpoint:
      return {.exception = FaultException::kHardFault,
              .hfsr = kDebugEvent,
              .note = "with a debugger attached the core halts here instead"};
    case FaultKind::kSupervisorCall:
      return {.exception = FaultException::kHardFault,
              .hfsr = kHfsrForced,
              .note = "the stacked PC is behind the call"};
    case FaultKind::kNoHandler:
      return {.exception = FaultException::kHardFault,
              .hfsr = kVectorRead,
              .note = "reading the vector gave no code"};
    case FaultKind::kSleep:
      return {.note = "silicon sleeps until an interrupt comes"};
    case FaultKind::kSystemReset:
      return {.note = "silicon starts again from its vector table"};
    case FaultKind::kSemihosting:
    case FaultKind::kConsoleInput:
    case FaultKind::kOutputLimit:
    case FaultKind::kMarkLimit:
    case FaultKind::kCodeLimit:
    case FaultKind::kMemoryLimit:
      return {.note = "a limit of the emulated machine, not a fault of the core"};
    case FaultKind::kUnknown:
      break;
  }
  return {.note = "which fault silicon would take cannot be told"};
}

template <size_t kCount>
void AppendNames(const std::pair<uint32_t, const char*> (&names)[kCount], uint32_t value, std::string& text) {
  for (const auto& [bit, name] : names) {
    if ((value & bit) == 0) continue;
    if (!text.empty()) text += ", ";
    text += name;
  }
}

// HardFault always is.
bool IsEnabled(FaultException exception, uint32_t shcsr) {
  constexpr unsigned kFirstEnable = 16;  // of MemManage; BusFault's and UsageFault's follow
  if (exception == FaultException::kHardFault) return true;
  const unsigned which = static_cast<unsigned>(exception) - static_cast<unsigned>(FaultException::kMemManage);
  return (shcsr >> (kFirstEnable + which) & 1) != 0;
}

}  // namespace

const char* NameOf(FaultException exception) {
  switch (exception) {
    case FaultException::kHardFault:
      return "HardFault";
    case FaultException::kMemManage:
      return "MemManage";
    case FaultException::kBusFault:
      return "BusFault";
    case FaultException::kUsageFault:
      return "UsageFault";
    case FaultException::kNone:
      break;
  }
  return "";
}

FaultStatus FaultStatusOf(const FaultFacts& facts, const FaultCircumstances& circumstances,
                          const Core& core) {
  FaultStatus status = StatusOf(facts, circumstances);
  if (status.exception == FaultException::kNone) return status;
  // Armv6-M has one fault, no status registers and no write buffer.
  const bool armv6m = core.strict_alignment;
  if (armv6m && status.note == kBuffered) status.note.clear();
  if (circumstances.stacking_fails) {
    status.cfsr |= kCfsrStacking;
    status.note += std::string(status.note.empty() ? "" : "; ") +
                   "there is no room on the stack for the registers that the core pushes, so a handler finds "
                   "neither them nor the PC";
  }
  if (armv6m) return {.exception = FaultException::kHardFault, .note = std::move(status.note)};
  status.readable = true;
  status.escalated = !IsEnabled(status.exception, circumstances.enabled_handlers);
  if (status.escalated) status.hfsr |= kHfsrForced;
  AppendNames(kCfsrNames, status.cfsr, status.bits);
  AppendNames(kHfsrNames, status.hfsr, status.bits);
  return status;
}

}  // namespace atome::emulation
