// The option that says what of a firmware lies in RAM.
#ifndef ATOME_HARNESS_COMMANDS_PLACE_OPTION_H_
#define ATOME_HARNESS_COMMANDS_PLACE_OPTION_H_

#include <string>

#include "harness/base/text.h"
#include "harness/commands/options.h"
#include "harness/report/command_line.h"
#include "harness/run/firmware_build.h"

namespace atome::harness {

class PlaceOption {
 public:
  Options& AddTo(Options& options) {
    static constexpr Options::Named<Place> kWords[] = {
        {"flash", Place::kFlash}, {"ram-code", Place::kRamCode}, {"ram-model", Place::kRamModel}};
    return options.OneOf("--place", &place_, kWords,
                         "What start-up copies from flash to RAM, where flash makes the core wait: nothing "
                         "(flash, default), the engine's code and constants, or the model");
  }

  Place get() const { return place_; }
  // Adds it to a command that measures the same again.
  void AddTo(report::CommandLine* line) const {
    if (place_ != Place::kFlash) line->Option("--place", PlaceName(place_));
  }
  // Distinguishes a cell from one of firmware that runs from flash.
  std::string Detail() const { return place_ == Place::kFlash ? "" : StrCat("place ", PlaceName(place_)); }

 private:
  Place place_ = Place::kFlash;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_PLACE_OPTION_H_
