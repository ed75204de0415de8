// A machine that is a real core behind a debug server, or a stand-in for one.
#ifndef ATOME_EMULATION_PROBE_PROBE_MACHINE_H_
#define ATOME_EMULATION_PROBE_PROBE_MACHINE_H_

#include <mutex>
#include <string>

#include "emulation/machine/machine.h"

namespace atome::emulation {

class ProbeMachine final : public Machine {
 public:
  // `address` as probe/connection.h has it; `reset` a monitor command instead of the server's usual one.
  explicit ProbeMachine(std::string address, std::string reset = {})
      : address_(std::move(address)), reset_(std::move(reset)) {}

  std::string_view name() const override { return "probe"; }
  std::string_view Note(const Core&) const override { return {}; }
  std::string Version() const override { return {}; }
  // Puts the image into the target's memory, flash included, resets the core and lets the program run: at the
  // clock of reset, unless its own code or the reset command sets another. It counts nothing: instructions
  // and cycles are absent. One run at a time; others wait. Ends within the time limit and some seconds.
  RunResult Run(const RunRequest& request) const override;

  // Of the last run: "openocd", ..., as Target::server; empty before.
  std::string server() const;
  // Whether that is an emulator, which is no silicon.
  static bool IsStandIn(std::string_view server) { return server == "qemu" || server == "atome"; }

 private:
  std::string address_;
  std::string reset_;
  mutable std::mutex running_;
  mutable std::mutex server_guard_;
  mutable std::string server_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_PROBE_PROBE_MACHINE_H_
