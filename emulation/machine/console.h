// What a run prints and what it can read: one stream each way for all consoles of a program.
#ifndef ATOME_EMULATION_MACHINE_CONSOLE_H_
#define ATOME_EMULATION_MACHINE_CONSOLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "emulation/machine/limits.h"

namespace atome::emulation {

// Where a program's text comes from; bits of a set.
enum ConsoleSource : uint8_t {
  kSemihostingConsole = 1,
  kUartConsole = 2,
  kItmConsole = 4,
  kRttConsole = 8,
  kAllConsoles = 15,
};

class Console {
 public:
  // Shows what the sources of the set print, in the order they print it. `input`: nothing when there is none
  // to wait for; it must outlive this.
  Console(uint8_t shown, const std::optional<std::string>& input) : shown_(shown), input_(input) {}

  // Whether there was room: a run may print kOutputLimitBytes.
  [[nodiscard]] bool Print(ConsoleSource source, std::string_view text) {
    if ((shown_ & source) == 0) return true;
    const size_t room = kOutputLimitBytes - output_.size();
    output_.append(text.substr(0, room));
    return text.size() <= room;
  }
  std::string_view output() const { return output_; }
  std::string TakeOutput() { return std::move(output_); }

  // Each byte of the input goes to whoever takes it first.
  bool is_given() const { return input_.has_value(); }
  bool has_input() const { return input_ && taken_ < input_->size(); }
  std::string_view Take(size_t bytes) {
    if (!input_) return {};
    const std::string_view text = std::string_view(*input_).substr(taken_, bytes);
    taken_ += text.size();
    return text;
  }

 private:
  uint8_t shown_;
  const std::optional<std::string>& input_;
  size_t taken_ = 0;
  std::string output_;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_CONSOLE_H_
