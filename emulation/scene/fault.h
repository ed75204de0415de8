// Faults in words that a firmware engineer can act on, the same from both emulators.
#ifndef ATOME_EMULATION_SCENE_FAULT_H_
#define ATOME_EMULATION_SCENE_FAULT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "emulation/boards/core.h"
#include "emulation/elf/elf_image.h"

namespace atome::emulation {

enum class FaultKind {
  kUndefinedInstruction,
  kNoFpu,          // FPU instruction on a core without one
  kNoCoprocessor,  // another than the FPU
  kFpuOff,         // FPU instruction before CPACR was set
  kUnaligned,
  kDivisionByZero,  // with CCR.DIV_0_TRP set
  kStackLimit,      // SP would go below MSPLIM or PSPLIM
  kNonSecure,       // a branch to Non-secure state, which is not modelled
  kUnmappedRead,
  kUnmappedWrite,
  kUnmappedAccess,  // a read or a write
  kUnmappedFetch,   // address: the target; pc: the branch
  kRamFetch,        // likewise
  kArmState,        // likewise
  kFlashWrite,
  kSupervisorCall,
  kNoHandler,  // an exception whose vector holds no code; address: its number
  kBreakpoint,
  kSleep,  // WFI with nothing to wake it
  kSystemReset,
  kSemihosting,  // an operation that does not exist; address: its number
  kConsoleInput,
  kOutputLimit,
  kMarkLimit,
  kCodeLimit,
  kMemoryLimit,  // of the host
  kUnknown,
};

struct FaultFacts {
  FaultKind kind = FaultKind::kUnknown;
  uint32_t pc = 0;
  std::optional<uint32_t> address = std::nullopt;
};

struct Fault {
  FaultKind code = FaultKind::kUnknown;
  std::string kind;                 // "undefined instruction", "write to read-only memory", ...
  uint32_t pc = 0;                  // of the faulting instruction; of the branch when its target cannot run
  std::string symbol;               // "function+0x12 (file.cc:34)" as far as the ELF tells
  std::optional<uint32_t> address;  // of the access or the branch's target, for memory faults
  std::string cause;                // one sentence a firmware engineer can act on
};

Fault Explain(const FaultFacts& facts, const Core& core, const MemoryMap& map, const ElfImage& image);

// "fault: <kind> at <symbol>: <cause>".
std::string OneLine(const Fault& fault);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SCENE_FAULT_H_
