// Runs the engine as firmware on a real core, or a stand-in for one, behind a debug server.
#ifndef ATOME_HARNESS_RUN_PROBE_RUNNER_H_
#define ATOME_HARNESS_RUN_PROBE_RUNNER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/machine/limits.h"
#include "emulation/probe/probe_machine.h"
#include "harness/run/firmware_runner.h"
#include "harness/run/given_firmware.h"
#include "harness/run/runner.h"
#include "harness/run/target.h"

namespace atome::harness {

struct ProbeTarget {
  Target place;
  std::shared_ptr<const emulation::ProbeMachine> machine;
};

// The target of a choice. The error says what is missing.
Result<ProbeTarget> FindProbeTarget(const ProbeChoice& choice, const std::vector<std::string>& cores);

// What measured cycles came through: the machine's debug server, and whether it is no silicon.
std::string MeasuredThrough(const emulation::ProbeMachine& machine);

// Whether firmware that is linked for the core does not run there: a board without flash at that address.
bool NeedsFirmwareOfItsOwn(const Target& place);

// Our firmware of a model for the target: the core's, or one that is linked for the board where it needs
// that, which takes the compiler and has no taps.
Result<Firmware> FirmwareForProbe(const Target& place, const Model& model, bool taps, Variant variant,
                                  FirmwareBuild build, Specialise specialise);

class ProbeRunner final : public Runner {
 public:
  // Of `given`, which the user gave, whatever the model and the variant; else of our firmware that fits a
  // model.
  ProbeRunner(ProbeTarget target, emulation::RunLimits limits, FirmwareBuild build, Specialise specialise,
              std::shared_ptr<const Firmware> given = nullptr)
      : target_(std::move(target)),
        limits_(limits),
        build_(build),
        specialise_(specialise),
        given_(std::move(given)) {}

  std::string_view name() const override { return target_.machine->name(); }
  std::string_view core() const override { return target_.place.core->name; }
  std::string_view board() const override {
    return target_.place.board != nullptr ? std::string_view(target_.place.board->name) : "";
  }
  std::string_view build_kind() const override { return given_ != nullptr ? "" : BuildName(build_); }
  std::string detail() const override { return given_ != nullptr ? GivenFirmwareDetail(*given_) : ""; }
  std::string_view WhyNoInstructions() const override {
    return "a core behind a debug probe does not count them";
  }
  // The steps have the cycles that the core's own counter measured, where there is one.
  Execution Run(const Model& model, const Task& task) const override;

 private:
  ProbeTarget target_;
  emulation::RunLimits limits_;
  FirmwareBuild build_;
  Specialise specialise_;
  std::shared_ptr<const Firmware> given_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_PROBE_RUNNER_H_
