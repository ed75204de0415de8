// The engine for hosts, with vector instructions, in this process.
#ifndef ATOME_HARNESS_RUN_HOST_RUNNER_H_
#define ATOME_HARNESS_RUN_HOST_RUNNER_H_

#include <string>

#include "harness/run/runner.h"

namespace atome::harness {

// Prompts go through it many positions at once, what follows them one by one, so that a run covers both
// paths. Has no taps: a run that asks for them has logits only.
class HostRunner final : public Runner {
 public:
  HostRunner();
  std::string_view name() const override { return "native"; }
  std::string_view core() const override { return "host-simd"; }
  std::string_view note() const override { return note_; }
  bool Knows(Variant variant) const override { return variant == Variant::kF32; }
  Execution Run(const Model& model, const Task& task) const override;
  std::string_view WhyNoInstructions() const override { return "the host's instructions are not counted"; }

 private:
  std::string note_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_HOST_RUNNER_H_
