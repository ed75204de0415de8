// Runs a firmware ELF on an emulated Cortex-M; both emulators have this form.
#ifndef ATOME_EMULATION_MACHINE_MACHINE_H_
#define ATOME_EMULATION_MACHINE_MACHINE_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/base/counts.h"
#include "emulation/boards/board.h"
#include "emulation/boards/core.h"
#include "emulation/boards/memory_map.h"
#include "emulation/machine/console.h"
#include "emulation/machine/debugger.h"
#include "emulation/machine/flip.h"
#include "emulation/machine/granted_folder.h"
#include "emulation/machine/limits.h"
#include "emulation/machine/profile.h"
#include "emulation/scene/fault.h"
#include "emulation/scene/scene.h"
#include "emulation/timing/cycle_model.h"

namespace atome::emulation {

// What the cycle model is told about the executed instructions.
enum class CycleBasis {
  // Which conditional instructions executed, operands of divisions and long multiplications. Unicorn only.
  kOperands,
  // Blocks only: conditional instructions cost what they cost executed, divisions and long multiplications
  // their longest. Two emulators that run the same blocks agree exactly.
  kBlocks,
};

struct RunRequest {
  std::string elf;       // the ELF file's bytes
  std::string elf_name;  // its path, for messages only
  const Core* core = nullptr;
  const Board* board = nullptr;               // with this core, its memories and its flash; Unicorn only
  std::vector<MemoryOverride> memories = {};  // added or changed; Unicorn only
  std::optional<uint32_t> vectors =
      {};                    // where the vector table is, instead of the usual place; Unicorn only
  bool raw_image = false;    // `elf` was made of bytes that do not tell code from data
  std::string command_line;  // what SYS_GET_CMDLINE answers; empty: none
  std::string mark_symbol = "atome_mark";          // arrivals are recorded when the ELF has this symbol
  CycleBasis cycle_basis = CycleBasis::kOperands;  // the most that is asked for
  // Two functions: the cycles from each arrival at the first to the next one at the second; Unicorn only.
  std::string from_symbol = {};
  std::string to_symbol = {};
  std::optional<ProfileWindow> profile;  // Unicorn only
  // What SYS_READC, SYS_READ of the console and UARTs get, and the end behind it; nothing: no input.
  std::optional<std::string> console_input = {};
  uint8_t consoles = kAllConsoles;      // a set of ConsoleSource: whose text is shown
  bool listens_to_itm = false;          // the program starts with the ITM on, as a debugger leaves it
  std::optional<FileGrant> files = {};  // what semihosting may reach; QEMU only reads
  // Registers of peripherals that no model has fault instead of reading 0; Unicorn only.
  bool strict_peripherals = false;
  // Whether the firmware's own handlers take its faults; otherwise the first one ends the run.
  bool fault_handlers = true;
  bool annotate = false;        // fill RunResult::annotation; Unicorn only
  uint8_t multiply_cycles = 0;  // of MUL, on a core whose chips choose; 0: the usual
  Instructions instruction_limit{20'000'000'000};
  std::vector<Flip> flips = {};                     // in any order; Unicorn only, without a debugger
  uint64_t memory_limit_bytes = kMemoryLimitBytes;  // of the host, at least kLeastMemoryLimitBytes
  // Asked before each instruction and when something stops the program; Unicorn only. Such a run is not
  // repeated.
  Debugger* debugger = nullptr;
  // Of loading the ELF, the run and its repetitions.
  std::chrono::milliseconds time_limit{120'000};
};

enum class Outcome {
  kExited,  // by semihosting; see exit_code
  kFault,   // see fault
  kInstructionLimit,
  kTimeLimit,
  kRejected,     // never ran: bad ELF, does not fit the memory; see message
  kToolMissing,  // the emulator is not installed or cannot be confined; see message
  kCrashed,      // the emulator itself failed; see message
  kEnded,        // by the debugger; see message
};

// An arrival at mark_symbol: what was spent before the first instruction there.
struct Mark {
  Instructions instructions{};
  std::optional<Cycles> cycles{};  // absent on a core whose cycles are not modelled

  bool operator==(const Mark&) const = default;
};

// A register of a peripheral that no model has: it read 0 and ignored what was written.
struct PeripheralUse {
  uint32_t address = 0;
  uint64_t reads = 0;
  uint64_t writes = 0;
  uint32_t first_place = 0;       // of the instruction that used it first
  std::string first_symbol = {};  // the same as function and, where the ELF has DWARF, line
};

struct RunResult {
  Outcome outcome = Outcome::kCrashed;
  int exit_code = 0;    // what the firmware gave; of QEMU the low byte, which is all that it passes on
  std::string message;  // one line; empty when kExited
  std::string output;   // everything that the consoles shown have printed
  // Whole run, after a fault without the faulting instruction; absent when not counted.
  std::optional<Instructions> instructions;
  // The same, in modelled cycles; absent when QEMU ended in a way that leaves them unknown, and on a core
  // whose cycles are not modelled (Core::no_cycles), as everything below that is in cycles.
  std::optional<Cycles> cycles;
  CycleBasis cycle_basis = CycleBasis::kBlocks;  // what they rest on
  // Whether any executed instruction's cost depends on data, so that the basis matters.
  bool cycles_depend_on_data = false;
  // In QEMU, when the program had exceptions: cycles lack their entry and exit, and interrupts came at the
  // host's time, so that counts differ from run to run.
  bool exceptions_untimed = false;
  std::vector<Mark> marks;
  // From from_symbol to to_symbol; least, most and the sum of all times.
  struct Between {
    uint64_t times = 0;
    uint64_t cycles = 0;
    uint64_t least = 0;
    uint64_t most = 0;
  };
  std::optional<Between> between;
  std::vector<PeripheralUse> unknown_peripherals;  // by address; of a board in Unicorn
  // What the program used and the machine lacks, a sentence each; in Unicorn.
  std::vector<std::string> not_modelled;
  std::optional<Profile> profile;
  std::vector<timing::InstructionCycles> annotation;  // by address
  // After a fault or a limit, where the machine can tell.
  std::optional<Scene> scene;
  // How far the stack pointer went below its highest value, in bytes; absent where not watched. Of the main
  // stack.
  std::optional<uint32_t> stack_bytes;
  // The same of the process stack, from where PSP was last set; absent when no program used it.
  std::optional<uint32_t> process_stack_bytes;
  // Also of a fault whose handler ended the run by exiting.
  std::optional<Fault> fault;
  // The first faults that the firmware's own handlers took, and how many they were; in Unicorn.
  std::vector<Fault> handled_faults;
  uint64_t fault_count = 0;
  std::vector<Flipped> flipped;  // one for each of RunRequest::flips
};

class Machine {
 public:
  virtual ~Machine() = default;
  // "unicorn" or "qemu".
  virtual std::string_view name() const = 0;
  // The core that really runs a request for `core`, and why, when it differs; empty otherwise.
  virtual std::string_view Note(const Core& core) const = 0;
  // The emulator's version, for reports; empty without the emulator.
  virtual std::string Version() const = 0;
  // Runs to its end. The guest is untrusted: it reaches no process or network of the host, and no file but
  // those that the request grants.
  // Thread-safe; equal requests give equal results except for time limits.
  virtual RunResult Run(const RunRequest& request) const = 0;
};

// Both return a machine that lives as long as the program.
const Machine& UnicornMachine();
const Machine& QemuMachine();

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_MACHINE_H_
