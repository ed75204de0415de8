// The options for what a chip's makers and users choose: the clock, and with it the wait states; the
// multiplier.
#ifndef ATOME_HARNESS_COMMANDS_CHIP_OPTIONS_H_
#define ATOME_HARNESS_COMMANDS_CHIP_OPTIONS_H_

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "emulation/timing/timing_core.h"
#include "harness/base/text.h"
#include "harness/commands/options.h"
#include "harness/report/command_line.h"
#include "harness/run/target.h"

namespace atome::harness {

class ChipOptions {
 public:
  void AddTo(Options& options) {
    options.Real(
        "--clock", &clock_mhz_, 0.001, 1000,
        "MHz of the --board, with the wait states that its vendor's table asks for; default: the usual "
        "full speed");
    options.Word("--multiply", &multiply_, {"1", "32"},
                 "Cycles of MUL on m0 and m0plus, which chips are built with; default: 1");
  }

  // Sets the clock of the target's board. The message says what cannot be set so, and the remedy; empty when
  // all is set.
  std::string Apply(Target* target) const {
    if (multiply_cycles() != 0 && !timing::HasChosenMultiplier(timing::ClockOf(target->core->name)))
      return StrCat("--multiply is for m0 and m0plus: ", target->core->title,
                    " has one multiplier; name --core");
    if (!clock_mhz_) return {};
    if (target->board == nullptr) return "--clock needs a --board: a bare core has no clock";
    std::string why;
    const auto hz = static_cast<uint32_t>(std::lround(*clock_mhz_ * 1e6));
    target->board = emulation::BoardAtClock(*target->board, hz, why);
    return target->board == nullptr ? StrCat("--clock ", Megahertz(), ": ", why) : "";
  }

  bool has_clock() const { return clock_mhz_.has_value(); }
  uint8_t multiply_cycles() const { return multiply_ == "32" ? 32 : 0; }

  // Adds the given options to a command that measures the same again.
  void AddTo(report::CommandLine* line) const {
    if (clock_mhz_) line->Option("--clock", Megahertz());
    line->Option("--multiply", multiply_);
  }
  // Distinguishes a cell from one with the usual settings: "16 MHz, MUL 32"; empty without options.
  std::string Detail() const {
    std::string detail = clock_mhz_ ? StrCat(Megahertz(), " MHz") : "";
    if (multiply_cycles() != 0) StrAppend(&detail, detail.empty() ? "" : ", ", "MUL ", multiply_);
    return detail;
  }

 private:
  std::string Megahertz() const { return fmt::format("{:g}", *clock_mhz_); }

  std::optional<double> clock_mhz_;
  std::string multiply_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_CHIP_OPTIONS_H_
