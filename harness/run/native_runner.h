// Runs the freestanding engine as a library in this process: scalar, with taps.
#ifndef ATOME_HARNESS_RUN_NATIVE_RUNNER_H_
#define ATOME_HARNESS_RUN_NATIVE_RUNNER_H_

#include <cstdint>
#include <memory>

#include "harness/run/runner.h"

namespace atome::harness {

class NativeRunner final : public Runner {
 public:
  std::string_view name() const override { return "native"; }
  std::string_view core() const override { return "host"; }
  // The library is built with taps, so its state is d floats larger than the firmware's without taps.
  std::string_view note() const override { return "state includes the taps' d floats"; }
  bool TapsAreFree() const override { return true; }
  std::unique_ptr<Decoder> Decode(const Model& model, Variant variant, uint32_t ahead) const override;
  Execution Run(const Model& model, const Task& task) const override;
  std::string_view WhyNoInstructions() const override { return "the host's instructions are not counted"; }
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_NATIVE_RUNNER_H_
