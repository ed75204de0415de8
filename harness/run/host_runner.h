// Runs the engine for hosts, with vector instructions, in this process.
#ifndef ATOME_HARNESS_RUN_HOST_RUNNER_H_
#define ATOME_HARNESS_RUN_HOST_RUNNER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "harness/run/runner.h"

namespace atome::harness {

// A prompt goes through many positions at once, its continuation one by one, so that a run covers both paths.
// This engine has no taps: a run that asks for them has only logits.
class HostRunner final : public Runner {
 public:
  HostRunner();
  std::string_view name() const override { return "native"; }
  std::string_view core() const override { return "host-simd"; }
  std::string_view note() const override { return note_; }
  bool Knows(Variant variant) const override { return variant == Variant::kF32; }
  std::unique_ptr<Decoder> Decode(const Model& model, Variant variant, uint32_t ahead) const override;
  Execution Run(const Model& model, const Task& task) const override;
  std::string_view WhyNoInstructions() const override { return "the host's instructions are not counted"; }

 private:
  std::string note_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_HOST_RUNNER_H_
