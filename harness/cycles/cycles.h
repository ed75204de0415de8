// Measures what a token costs on a core or a board: modelled cycles and instructions, by op.
#ifndef ATOME_HARNESS_CYCLES_CYCLES_H_
#define ATOME_HARNESS_CYCLES_CYCLES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/machine/limits.h"
#include "emulation/probe/probe_machine.h"
#include "harness/model/model.h"
#include "harness/report/report.h"
#include "harness/run/firmware_store.h"
#include "harness/run/target.h"

namespace atome::harness {

// The positions in a sequence that are measured: from, from + 1, ..., to - 1, counted from 0.
struct Positions {
  uint32_t from = 16;
  uint32_t to = 64;
};

// Parses "16:64". The error says what is wrong.
Result<Positions> ParsePositions(std::string_view text);

struct CycleTarget {
  Target place;
  std::optional<Variant> variant;  // absent: the model's default
  FirmwareBuild build = FirmwareBuild::kSpeed;
  std::shared_ptr<const Firmware> given{};  // by the user, instead of ours of that build
};

// Each target of ParseTargets with every named variant, or with the model's default when none is named.
Result<std::vector<CycleTarget>> CycleTargets(const std::vector<std::string>& cores,
                                              const std::vector<std::string>& boards,
                                              const std::vector<std::string>& variants = {});

struct CycleOptions {
  Positions positions;
  std::vector<uint32_t> prompt;  // consumed first, each modulo the vocabulary; greedy tokens follow
  uint8_t multiply_cycles = 0;   // as RunRequest
  // Also measure on the target behind it, which is the only place of all cycle targets; nullptr: model only.
  const emulation::ProbeMachine* probe = nullptr;
  bool unknown_clock = false;  // the board's is not the one that it runs at
  unsigned jobs = 1;
  Specialise specialise = Specialise::kBuilt;
  Place place = Place::kFlash;  // another one is compiled, whatever `specialise` says
  emulation::RunLimits limits;
  // Called from worker threads, one at a time, after each cell.
  std::function<void(size_t done, size_t total, const report::Cell& cell)> progress;
};

// One cell of kind cycles for each model and target, in that order for any number of jobs, from the Unicorn
// machine; `command` is left empty. Of a core whose cycles are not modelled it has instructions alone, and
// why. The cost of a token is the mean over the positions. The costs of ops are in order of computation; last
// comes "other", the cost outside of ops. They add up to the token's cost. Of firmware that the user gave,
// ops are there when its functions have our names; a token's cost when it marks its steps, and the costs from
// reset to exit always.
//
// With a probe the cells are of runner "probe": measured cycles, and modelled ones as the same firmware reads
// them from its counter in the Unicorn machine, by how much these are off, and no ops.
std::vector<report::Cell> MeasureCycles(const std::vector<Model>& models,
                                        const std::vector<CycleTarget>& targets, const CycleOptions& options);

// The op of a function, by the function's name: "atome::op::Embed<...>(...)" to "embed"; empty for others.
std::string OpOfFunction(std::string_view function);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CYCLES_CYCLES_H_
