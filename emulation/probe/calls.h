// Semihosting calls of a program behind a debug server that leaves them to its client: the console, the
// command line and the end. Whatever else is asked for fails, as Arm's text lets it.
#ifndef ATOME_EMULATION_PROBE_CALLS_H_
#define ATOME_EMULATION_PROBE_CALLS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "emulation/probe/target.h"

namespace atome::emulation::probe {

class Calls {
 public:
  explicit Calls(std::string command_line) : command_line_(std::move(command_line)) {}

  // Whether the core stands at BKPT 0xAB. Nothing after a failure.
  static std::optional<bool> IsCall(Target& target, uint32_t pc);

  struct Reply {
    std::optional<int> exit_code;  // of a program that has ended
  };
  // Answers the call at `pc` and leaves the core behind it. Text goes to `output`. Nothing after a failure.
  std::optional<Reply> Answer(Target& target, uint32_t pc, std::string& output);

 private:
  std::optional<uint32_t> Result(Target& target, uint32_t operation, uint32_t parameter, std::string& output);

  std::string command_line_;
  std::optional<int> exit_code_;
};

}  // namespace atome::emulation::probe

#endif  // ATOME_EMULATION_PROBE_CALLS_H_
