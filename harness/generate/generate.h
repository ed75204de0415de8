// A prompt continued as a sampler chooses, on any runner.
#ifndef ATOME_HARNESS_GENERATE_GENERATE_H_
#define ATOME_HARNESS_GENERATE_GENERATE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/generate/sampler.h"
#include "harness/model/model.h"
#include "harness/run/runner.h"

namespace atome::harness {

struct GenerateTask {
  std::vector<uint32_t> prompt;  // not empty, all in the vocabulary
  uint32_t steps = 1;            // tokens to generate, at least 1
  Variant variant = Variant::kF32;
  Sampling sampling{};
};

struct Generated {
  Outcome outcome = Outcome::kPass;  // as of an Execution
  std::string message{};             // one line; empty when it passed
  uint32_t tokens = 0;
  // Means over the steps that chose a token; nothing where they are not counted.
  std::optional<double> cycles_per_token{}, instructions_per_token{};
};

// Calls `take` with every token as soon as it is chosen; false from it ends the text.
Generated Generate(const Runner& runner, const Model& model, const GenerateTask& task,
                   const std::function<bool(uint32_t token)>& take);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_GENERATE_GENERATE_H_
