// The memory that the counting plugin inside QEMU shares with the runner that started it.
#ifndef ATOME_EMULATION_QEMU_PLUGIN_TALLY_H_
#define ATOME_EMULATION_QEMU_PLUGIN_TALLY_H_

#include <cstddef>
#include <cstdint>

#include "emulation/machine/limits.h"

namespace atome::emulation {

enum class PluginState : uint32_t {
  kNotStarted = 0,         // no guest instruction has been translated
  kRunning = 1,            // confined; the numbers below grow
  kInstructionLimit = 2,   // the plugin ended the run
  kFaultHandler = 3,       // likewise, on arrival at a fault handler of the guest's vector table
  kMarkLimit = 4,          // likewise
  kConfinementFailed = 5,  // likewise, before any guest instruction; see message
  kGuestExit = 6,          // the guest ended QEMU by semihosting
  kCodeLimit = 8,          // the plugin ended the run
  kShutdown = 7,           // QEMU ended itself, which it does when the guest resets the system
  kNeverExecutable = 9,    // the plugin ended the run: a jump to where no code can be; see target
};

// Lives in a file that both map, so the numbers survive however QEMU ends. Marks follow it.
struct PluginTally {
  PluginState state;
  uint32_t asleep;           // the core waits for an interrupt
  uint64_t instructions;     // whole blocks; when tracing, single instructions
  uint64_t cycles;           // modelled, when has_cycles
  uint32_t has_cycles;       // the run ended at a known instruction
  uint32_t depends_on_data;  // an executed block has instructions whose cost does
  uint64_t exceptions;       // arrivals at handlers that do not end the run
  uint64_t marks;            // how many follow
  uint32_t block;            // start of the block run last
  uint32_t target;           // of a jump to where no code can be
  uint32_t last_pc[4];       // when tracing: the instructions begun last, before that, ...
  char message[256];
};

struct PluginMark {
  uint64_t instructions;
  uint64_t cycles;
};

inline constexpr size_t kPluginMarksOffset = 4096;
inline constexpr size_t kPluginTallyBytes = kPluginMarksOffset + sizeof(PluginMark) * kMaxMarks;

// Descriptors of the plugin's process, set up by the runner.
inline constexpr int kPluginTallyFd = 3;
inline constexpr int kPluginOutputFd = 4;  // becomes stdout and stderr once the guest runs
inline constexpr int kFirmwareFd = 5;

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_QEMU_PLUGIN_TALLY_H_
