// One cell of a run's matrix, and the report they make up.
#ifndef ATOME_HARNESS_PARITY_CELL_H_
#define ATOME_HARNESS_PARITY_CELL_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/parity/comparison.h"

namespace atome::harness {

// Exit codes of the command; README.md of this folder.
enum ExitCode { kPass = 0, kFailed = 1, kUsage = 2, kRegression = 3, kCellCrashed = 4 };

enum class CellStatus { kPass, kMismatch, kError, kCrashed, kMissing, kTooLarge };
// "pass", "mismatch", "error", "crashed", "missing", "too large".
std::string_view StatusName(CellStatus status);
CellStatus StatusOf(ExecutionStatus status);

struct Cell {
  std::string runner;
  std::string core;
  std::string model;
  std::string variant = "f32";
  CellStatus status = CellStatus::kError;
  std::string message;  // why the status is not pass
  std::string note;
  std::string model_sha256;
  std::string build;         // what ran: "library", or the firmware's name
  std::string build_sha256;  // of the firmware; empty for the library
  std::string build_kind;    // of the firmware, likewise: "speed", "size"
  bool taps = false;         // every intermediate was asked for, which runs another firmware
  std::optional<uint32_t> tokens_matched;
  std::optional<uint32_t> tokens_total;
  std::optional<uint32_t> max_ulp;
  std::optional<double> max_abs_error;
  std::optional<double> max_relative_error;
  std::optional<double> instructions_per_token;  // mean over all steps, prompt included
  std::optional<uint64_t> instructions_total;
  std::optional<double> cycles_per_token;  // modelled, at zero wait states
  std::optional<uint64_t> cycles_total;
  std::string cycles_basis;  // what they rest on: "operands", "blocks"; empty without cycles
  bool cycles_depend_on_data = false;
  std::optional<uint64_t> state_bytes;
  std::optional<std::string> logits_sha256;  // ResultSha256 of a complete execution
  std::vector<std::string> step_digests;     // StepDigests of each case, as far as it went
  std::optional<Divergence> divergence;
  std::map<std::string, std::string> unavailable;  // name of a figure above that is absent -> why
};

// The worst of all: kFailed for a mismatch or what does not fit, else kCellCrashed, else kUsage for an error
// or missing tool.
ExitCode VerdictOf(const std::vector<CellStatus>& statuses);
ExitCode Verdict(const std::vector<Cell>& cells);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARITY_CELL_H_
