// Where an engine can run.
#ifndef ATOME_HARNESS_RUN_RUNNER_H_
#define ATOME_HARNESS_RUN_RUNNER_H_

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run/execution.h"
#include "harness/model/model.h"
#include "harness/base/result.h"

namespace atome::harness {

class Runner {
 public:
  virtual ~Runner() = default;
  virtual std::string_view name() const = 0;  // "native", "unicorn", "qemu"
  virtual std::string_view core() const = 0;  // "host", "host-simd", "m0", ...
  virtual std::string_view note() const { return {}; }
  // Of the firmware: "speed", "size"; empty where none runs.
  virtual std::string_view build_kind() const { return {}; }
  // Whether it has an engine of the variant; a task of another is refused.
  virtual bool Knows(Variant) const { return true; }
  // Never throws and never ends the process for anything in the model or the task. Thread-safe.
  virtual Execution Run(const Model& model, const Task& task) const = 0;
  // Whether a run with taps is the same run, so that they may as well be compared.
  virtual bool TapsAreFree() const { return false; }
  // Why a figure of Execution is never there; empty when it is measured.
  virtual std::string_view WhyNoInstructions() const { return {}; }
};

// Every pair of a runner's and a core's name that is allowed by the two lists; an empty list allows all. In
// the order native host.., unicorn m0.., qemu m0... Firmware runs in each of `builds`, as "speed", which none
// means, and "size". `time_limit` is for one emulated run. The error names an unknown word and the known
// ones.
Result<std::vector<std::unique_ptr<Runner>>> MakeRunners(const std::vector<std::string>& runners,
                                                         const std::vector<std::string>& cores,
                                                         std::chrono::milliseconds time_limit,
                                                         const std::vector<std::string>& builds = {});

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_RUNNER_H_
