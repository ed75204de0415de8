// Runs an engine of somebody else, a shared library for this host, in a process of its own.
#ifndef ATOME_HARNESS_RUN_ENGINE_RUNNER_H_
#define ATOME_HARNESS_RUN_ENGINE_RUNNER_H_

#include <memory>
#include <string>
#include <utility>

#include "emulation/machine/limits.h"
#include "harness/run/runner.h"

namespace atome::harness {

// The library is not trusted to end, to keep to its memory, or to answer; it runs with the user's rights.
// Another one is taken for each run.
class EngineRunner final : public Runner {
 public:
  // Of the file at `path`, whose bytes have this hash.
  EngineRunner(std::string path, std::string sha256, emulation::RunLimits limits);

  std::string_view name() const override { return "native"; }
  std::string_view core() const override { return "host"; }
  std::string_view note() const override { return detail_; }
  std::string detail() const override { return detail_; }
  const std::string& file_name() const { return name_; }
  const std::string& sha256() const { return sha256_; }
  Execution Run(const Model& model, const Task& task) const override;
  std::string_view WhyNoInstructions() const override { return "the host's instructions are not counted"; }

 private:
  std::string path_, sha256_, name_, detail_;
  emulation::RunLimits limits_;
};

// The engine of a command's --engine. The error names a file that cannot be read.
Result<std::shared_ptr<const EngineRunner>> LoadEngine(const std::string& path, emulation::RunLimits limits);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_ENGINE_RUNNER_H_
