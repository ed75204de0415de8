// The interface of all places where an engine can run.
#ifndef ATOME_HARNESS_RUN_RUNNER_H_
#define ATOME_HARNESS_RUN_RUNNER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/machine/limits.h"
#include "harness/base/result.h"
#include "harness/model/model.h"
#include "harness/run/decoder.h"
#include "harness/run/execution.h"
#include "harness/run/firmware_build.h"

namespace atome::harness {

class Runner {
 public:
  virtual ~Runner() = default;
  virtual std::string_view name() const = 0;  // "native", "unicorn", "qemu", "probe"
  virtual std::string_view core() const = 0;  // "host", "host-simd", "m0", ...
  virtual std::string_view note() const { return {}; }
  // The board that it runs on; empty: none, or none that is named.
  virtual std::string_view board() const { return {}; }
  // The firmware's build: "speed", "size"; empty when no firmware runs.
  virtual std::string_view build_kind() const { return {}; }
  // What distinguishes its cells from those of our engines: "firmware naive.elf"; empty for ours.
  virtual std::string detail() const { return {}; }
  // Whether it has an engine of the variant; a task of an unknown variant is refused.
  virtual bool Knows(Variant) const { return true; }
  // Never throws and never ends the process, whatever the model and task hold. Thread-safe.
  virtual Execution Run(const Model& model, const Task& task) const = 0;
  // A text that grows by the tokens that its caller chooses; the runner and `model` must outlive it. A runner
  // that only continues prompts greedily runs again where the caller leaves that way, `ahead` tokens at a
  // time.
  virtual std::unique_ptr<Decoder> Decode(const Model& model, Variant variant, uint32_t ahead) const;
  // Whether taps cost nothing extra, so that they are always compared.
  virtual bool TapsAreFree() const { return false; }
  // Why instructions are never counted; empty when they are.
  virtual std::string_view WhyNoInstructions() const { return {}; }
};

// Where the runner "probe" finds its target.
struct ProbeChoice {
  std::string gdb;    // address of the debug server, as emulation/probe/connection.h has it
  std::string board;  // what the target is; empty: a bare core, which `cores` names
  std::string reset;  // monitor command instead of the server's usual one; may be empty
};

// What a command names of where an engine is to run.
struct RunnerChoice {
  std::vector<std::string> runners{}, cores{};  // an empty list allows all
  std::vector<std::string> builds{};            // of firmware: "speed", "size"; an empty list means speed
  std::string engine{};                         // path of a library that runs instead of ours, on the host
  std::string firmware{};                       // path of an ELF that runs instead of ours, on named cores
  Specialise specialise = Specialise::kBuilt;   // of firmware
  ProbeChoice probe{};
  emulation::RunLimits limits;  // of one run of firmware
};

// Makes a runner for every pair of runner and core that the choice allows, in the order native host..,
// unicorn m0.., qemu m0.., and probe, which only a choice that names it has. Firmware runs in each build. The
// error names an unknown word and the known ones, or the file that cannot be used.
Result<std::vector<std::unique_ptr<Runner>>> MakeRunners(const RunnerChoice& choice);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_RUNNER_H_
