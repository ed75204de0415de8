// The option that says which firmware stands for a model.
#ifndef ATOME_HARNESS_COMMANDS_SPECIALISE_OPTION_H_
#define ATOME_HARNESS_COMMANDS_SPECIALISE_OPTION_H_

#include <string>

#include "harness/base/text.h"
#include "harness/commands/options.h"
#include "harness/report/command_line.h"
#include "harness/run/firmware_build.h"

namespace atome::harness {

class SpecialiseOption {
 public:
  explicit SpecialiseOption(Specialise otherwise) : otherwise_(otherwise), value_(otherwise) {}

  void AddTo(Options& options) {
    static constexpr Options::Named<Specialise> kWords[] = {
        {"compile", Specialise::kCompile}, {"built", Specialise::kBuilt}, {"never", Specialise::kNever}};
    options.OneOf(
        "--specialise", &value_, kWords,
        StrCat("Firmware with the model's dimensions compiled in: compile it where the build has none, "
               "take what was built, or never, which is generic firmware; default: ",
               SpecialiseName(otherwise_)));
  }

  Specialise get() const { return value_; }
  // Adds it to a command that measures the same again.
  void AddTo(report::CommandLine* line) const {
    if (value_ != otherwise_) line->Option("--specialise", SpecialiseName(value_));
  }
  // Distinguishes a cell from one of the firmware that a model usually has.
  std::string Detail() const { return value_ == Specialise::kNever ? "generic firmware" : ""; }

 private:
  Specialise otherwise_, value_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_SPECIALISE_OPTION_H_
