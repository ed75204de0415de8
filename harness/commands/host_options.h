// The options for what of the host a program reaches: its console and files.
#ifndef ATOME_HARNESS_COMMANDS_HOST_OPTIONS_H_
#define ATOME_HARNESS_COMMANDS_HOST_OPTIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "emulation/machine/machine.h"
#include "harness/commands/options.h"
#include "harness/report/command_line.h"
#include "harness/run/target.h"

namespace atome::harness {

class HostOptions {
 public:
  void AddTo(Options& options);

  // What cannot be asked of this runner or target, and what to do instead; empty when all can.
  std::string WhyNot(std::string_view runner, const Target& target) const;
  // Reads the input. Returns what went wrong; else nothing.
  std::string Apply(emulation::RunRequest* request) const;

  // Adds the given options to a command that measures the same again.
  void AddTo(report::CommandLine* line) const;
  // Distinguishes a cell from one without: "stdin keys.txt, files data"; empty without options.
  std::string Detail() const;

 private:
  bool Shows(std::string_view console) const;

  std::string files_;
  std::string input_;
  std::vector<std::string> consoles_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_HOST_OPTIONS_H_
