// The engine as firmware on an emulated Cortex-M.
#ifndef ATOME_HARNESS_FIRMWARE_RUNNER_H_
#define ATOME_HARNESS_FIRMWARE_RUNNER_H_

#include <chrono>

#include "emulation/machine.h"
#include "harness/runner.h"

namespace atome::harness {

// Why a run did not end by the firmware's own exit: the fault with its place and cause, or the machine's
// message.
std::string DescribeFailure(const emulation::RunResult& run);

class FirmwareRunner final : public Runner {
 public:
  FirmwareRunner(const emulation::Machine& machine, const emulation::Core& core,
                 std::chrono::milliseconds time_limit)
      : machine_(machine), core_(core), time_limit_(time_limit) {}

  std::string_view name() const override { return machine_.name(); }
  std::string_view core() const override { return core_.name; }
  std::string_view note() const override { return machine_.Note(core_); }
  Execution Run(const Model& model, const Task& task) const override;

 private:
  const emulation::Machine& machine_;
  const emulation::Core& core_;
  std::chrono::milliseconds time_limit_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_FIRMWARE_RUNNER_H_
