// Runs the engine as firmware on an emulated Cortex-M.
#ifndef ATOME_HARNESS_RUN_FIRMWARE_RUNNER_H_
#define ATOME_HARNESS_RUN_FIRMWARE_RUNNER_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "emulation/machine/machine.h"
#include "harness/run/firmware_store.h"
#include "harness/run/given_firmware.h"
#include "harness/run/runner.h"

namespace atome::harness {

// Why a run did not end with the firmware's exit: the fault, its place and cause, or the machine's message.
std::string DescribeFailure(const emulation::RunResult& run);

// The results of one run of a firmware.
struct FirmwareRun {
  Execution execution;
  emulation::RunResult machine;  // output and marks are already parsed into `execution`
};

struct FirmwareOptions {
  emulation::RunLimits limits;
  bool is_given = false;        // by the user: nothing is known of it but that it shall speak the protocol
  uint8_t multiply_cycles = 0;  // as RunRequest
  const emulation::Board* board = nullptr;
  emulation::CycleBasis cycle_basis = emulation::CycleBasis::kOperands;
  std::optional<emulation::ProfileWindow> profile;
  std::vector<emulation::Flip> flips{};  // bits that change while it runs
  std::optional<emulation::Instructions> instruction_limit{};
};

FirmwareRun RunFirmware(const emulation::Machine& machine, const emulation::Core& core,
                        const Firmware& firmware, const Model& model, const Task& task,
                        const FirmwareOptions& options);

// Of the project's own firmware, the one that fits a model.
class FirmwareRunner final : public Runner {
 public:
  FirmwareRunner(const emulation::Machine& machine, const emulation::Core& core, emulation::RunLimits limits,
                 FirmwareBuild build = FirmwareBuild::kSpeed, Specialise specialise = Specialise::kBuilt)
      : machine_(machine), core_(core), limits_(limits), build_(build), specialise_(specialise) {}

  std::string_view name() const override { return machine_.name(); }
  std::string_view core() const override { return core_.name; }
  std::string_view note() const override { return machine_.Note(core_); }
  std::string_view build_kind() const override { return BuildName(build_); }
  Execution Run(const Model& model, const Task& task) const override;

 private:
  const emulation::Machine& machine_;
  const emulation::Core& core_;
  emulation::RunLimits limits_;
  FirmwareBuild build_;
  Specialise specialise_;
};

// Of one firmware that the user gave, whatever the model and the variant.
class GivenFirmwareRunner final : public Runner {
 public:
  GivenFirmwareRunner(const emulation::Machine& machine, const emulation::Core& core,
                      std::shared_ptr<const Firmware> firmware, emulation::RunLimits limits)
      : machine_(machine),
        core_(core),
        firmware_(std::move(firmware)),
        limits_(limits),
        note_(GivenFirmwareDetail(*firmware_)) {
    if (const std::string_view note = machine.Note(core); !note.empty()) note_.append("; ").append(note);
  }

  std::string_view name() const override { return machine_.name(); }
  std::string_view core() const override { return core_.name; }
  std::string_view note() const override { return note_; }
  std::string detail() const override { return GivenFirmwareDetail(*firmware_); }
  Execution Run(const Model& model, const Task& task) const override;

 private:
  const emulation::Machine& machine_;
  const emulation::Core& core_;
  std::shared_ptr<const Firmware> firmware_;
  emulation::RunLimits limits_;
  std::string note_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_FIRMWARE_RUNNER_H_
