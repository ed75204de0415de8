// How to start QEMU on a firmware, confined and counted.
#ifndef ATOME_EMULATION_QEMU_QEMU_LAUNCH_H_
#define ATOME_EMULATION_QEMU_QEMU_LAUNCH_H_

#include <chrono>
#include <optional>
#include <string>

#include "emulation/base/subprocess.h"
#include "emulation/machine/machine.h"
#include "emulation/machine/prepare.h"
#include "emulation/qemu/shared_tally.h"

namespace atome::emulation {

struct QemuTools {
  std::string qemu;    // path of qemu-system-arm: ATOME_QEMU, or found on PATH
  std::string plugin;  // path of atome_count_plugin.so: ATOME_QEMU_PLUGIN, or beside the executable
};

// Nothing, and a message, when one is missing.
std::optional<QemuTools> FindQemuTools(std::string& message);

// QEMU's name of the machine that has the request's board, or runs its core; empty when QEMU lacks the board.
std::string QemuMachineOf(const RunRequest& request);

// The references must outlive the launch.
struct QemuLaunch {
  const RunRequest& request;
  const Prepared& prepared;
  const QemuTools& tools;
  std::chrono::steady_clock::time_point deadline;
  bool trace = false;  // note each instruction, and log exceptions to stdout: slow

  // Until the end of QEMU, the deadline or a core that sleeps for ever (then the end is kGaveUp).
  SubprocessResult Run(const SharedTally& tally) const;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_QEMU_QEMU_LAUNCH_H_
