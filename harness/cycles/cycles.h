// What a token costs on a core or a board: modelled cycles and instructions, by op.
#ifndef ATOME_HARNESS_CYCLES_CYCLES_H_
#define ATOME_HARNESS_CYCLES_CYCLES_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/boards/board.h"
#include "emulation/boards/core.h"
#include "emulation/machine/profile.h"
#include "harness/parity/cell.h"
#include "harness/run/firmware_store.h"
#include "harness/model/model.h"

namespace atome::harness {

// Where in a sequence tokens are looked at: positions from, from + 1, ..., to - 1, counted from 0.
struct Positions {
  uint32_t from = 16;
  uint32_t to = 64;
};

// "16:64". The error says what is wrong.
Result<Positions> ParsePositions(std::string_view text);

// Of one token, mean over the positions.
struct OpCost {
  std::string op;  // of the model's architecture; "other": what belongs to none
  double cycles = 0;
  double instructions = 0;
};

struct CycleAccuracy {
  std::optional<double> mean_percent;  // of a core, where it is known
  double worst_percent = 0;
  std::string basis;
};

struct CycleCell {
  std::string core;
  std::string board;  // empty: the core at zero wait states
  std::string model;
  std::string variant = "f32";
  FirmwareBuild build_kind = FirmwareBuild::kSpeed;
  Positions positions;
  CellStatus status = CellStatus::kError;
  std::string message;  // why the status is not pass
  std::string note;
  std::string model_sha256;
  std::string build;
  std::string build_sha256;
  // Absent unless the status is pass.
  std::optional<double> cycles_per_token;
  std::optional<double> instructions_per_token;
  std::vector<OpCost> ops;  // in order of computation, "other" last; they add up to the token's
  CycleAccuracy accuracy;
  std::optional<uint64_t> clock_hz;         // of the board
  std::optional<double> tokens_per_second;  // at this clock
};

struct CycleTarget {
  const emulation::Core* core = nullptr;
  const emulation::Board* board = nullptr;  // or nullptr
  std::optional<Variant> variant;           // or the model's default
  FirmwareBuild build = FirmwareBuild::kSpeed;
};

// Every board named (its core must be among `cores`, if any is named), else every core named, else every
// core; each with every variant named, else with the model's default.
Result<std::vector<CycleTarget>> CycleTargets(const std::vector<std::string>& cores,
                                              const std::vector<std::string>& boards,
                                              const std::vector<std::string>& variants = {});

struct CycleOptions {
  Positions positions;
  std::vector<uint32_t> prompt;  // consumed first, each modulo the vocabulary; then greedy tokens
  unsigned jobs = 1;
  std::chrono::milliseconds time_limit{300'000};
  // Called from worker threads, one at a time, as cells end.
  std::function<void(size_t done, size_t total, const CycleCell& cell)> progress;
};

// One cell per model and target, in that order, whatever the number of jobs; in the Unicorn machine.
std::vector<CycleCell> MeasureCycles(const std::vector<Model>& models,
                                     const std::vector<CycleTarget>& targets, const CycleOptions& options);

ExitCode Verdict(const std::vector<CycleCell>& cells);

// The op that a function belongs to, by its name: "atome::op::Embed<...>(...)" to "embed"; empty for others.
std::string OpOfFunction(std::string_view function);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CYCLES_CYCLES_H_
