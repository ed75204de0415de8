// What a debugger and a machine are to each other. The machine asks before each instruction; the debugger
// looks at the machine and changes it only while it is asked.
#ifndef ATOME_EMULATION_MACHINE_DEBUGGER_H_
#define ATOME_EMULATION_MACHINE_DEBUGGER_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "emulation/base/counts.h"

namespace atome::emulation {

// r0 to r15 are 0 to 15.
enum class DebugRegister : uint8_t {
  kPc = 15,
  kXpsr,
  kMsp,
  kPsp,
  kPrimask,
  kBasepri,
  kFaultmask,
  kControl,
  kFpscr,
  kS0 = 32,  // to s31
};

// The memory that an instruction is about to load or store.
struct DebugAccess {
  uint32_t address = 0;
  uint32_t bytes = 0;
  bool stores = false;
};

// A machine that stands in front of an instruction.
class DebugView {
 public:
  virtual ~DebugView() = default;
  virtual uint32_t ReadRegister(DebugRegister which) const = 0;
  // A new PC takes effect when the machine goes on.
  virtual void WriteRegister(DebugRegister which, uint32_t value) = 0;
  // False when not all of the bytes are memory, or may be written. Registers of peripherals are none.
  virtual bool ReadMemory(uint32_t address, std::span<uint8_t> bytes) const = 0;
  virtual bool WriteMemory(uint32_t address, std::span<const uint8_t> bytes) = 0;
  // Nothing for instructions that do neither.
  virtual std::optional<DebugAccess> AccessAt(uint32_t pc) const = 0;
  // What was spent before this instruction.
  virtual Instructions instructions() const = 0;
  virtual Cycles cycles() const = 0;
  // All that the program has printed.
  virtual std::string_view output() const = 0;
  // The machine's time limit does not count what a debugger waited for its user.
  virtual void Excuse(std::chrono::nanoseconds waited) = 0;
};

// Why a machine stops by itself.
enum class DebugStop : uint8_t {
  kBreakpointInstruction,  // BKPT; goes on behind it
  kBadMemory,              // what follows ends the run, once the debugger lets it go on
  kBadInstruction,
  kBadAlignment,
  kBadDivision,
  kLimit,
  kOther,
};

class Debugger {
 public:
  virtual ~Debugger() = default;
  enum class Then : uint8_t {
    kRun,
    kEnd,  // the run, now
  };
  // False once it has left: nothing stops any more.
  virtual bool attached() const = 0;
  // Before each instruction, the first of all included. Returns when the machine shall go on.
  virtual Then OnInstruction(DebugView& machine, uint32_t pc) = 0;
  virtual Then OnStop(DebugView& machine, DebugStop why) = 0;
  // The program has ended with this code.
  virtual void OnExit(DebugView& machine, int exit_code) = 0;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_DEBUGGER_H_
