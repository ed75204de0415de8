// The options for a target behind a debug server.
#ifndef ATOME_HARNESS_COMMANDS_PROBE_OPTIONS_H_
#define ATOME_HARNESS_COMMANDS_PROBE_OPTIONS_H_

#include <string>

#include "harness/commands/options.h"
#include "harness/report/command_line.h"
#include "harness/run/runner.h"

namespace atome::harness {

class ProbeOptions {
 public:
  // --gdb and --reset. `else_gdb` says what --gdb is for other runners, and may be empty.
  void AddTo(Options& options, const std::string& else_gdb = {}) {
    options.Text(
        "--gdb", &gdb_,
        "With --runner probe: HOST:PORT, [IPv6]:PORT, :PORT or unix:PATH of the GDB server that has the "
        "target (OpenOCD, pyOCD, ...)" +
            else_gdb);
    options.Text(
        "--reset", &reset_,
        "With --runner probe: the server's command that resets and halts the target, instead of the usual "
        "one, as 'reset init'");
  }

  // Adds the given options to a command that measures the same again.
  void AddTo(report::CommandLine* line) const { line->Option("--gdb", gdb_).Option("--reset", reset_); }

  const std::string& gdb() const { return gdb_; }
  const std::string& reset() const { return reset_; }
  ProbeChoice Choice(const std::string& board) const {
    return {.gdb = gdb_, .board = board, .reset = reset_};
  }

 private:
  std::string gdb_;
  std::string reset_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_PROBE_OPTIONS_H_
