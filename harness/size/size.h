// How much flash and RAM a model takes on a core, with the firmware around it, and on which boards it fits.
#ifndef ATOME_HARNESS_SIZE_SIZE_H_
#define ATOME_HARNESS_SIZE_SIZE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/boards/board.h"
#include "emulation/boards/core.h"
#include "harness/parity/cell.h"
#include "harness/run/firmware_store.h"
#include "harness/size/footprint.h"
#include "harness/model/model.h"

namespace atome::harness {

struct BoardFit {
  const emulation::Board* board = nullptr;
  bool fits = false;
  // From the start of the memory; the stack's whole reserved room counts.
  uint64_t flash_bytes_needed = 0;
  uint64_t ram_bytes_needed = 0;
  // With which the same firmware still fits; absent when it does not fit at 1.
  std::optional<uint32_t> longest_max_seq;
};

// The RAM of one engine at work.
struct RamUse {
  uint64_t state_bytes = 0;
  std::optional<uint64_t> stack_bytes;  // the most that a short generation took; absent when none could run
  uint64_t logits_bytes = 0;
};

struct SizeCell {
  std::string core;
  std::string model;
  Variant variant = Variant::kF32;
  FirmwareBuild build = FirmwareBuild::kSpeed;
  uint32_t max_seq = 0;
  CellStatus status = CellStatus::kError;
  std::string message;  // why the status is not pass
  std::string model_sha256;
  std::string firmware;
  std::string firmware_sha256;
  // Absent where they could not be determined. With status "too large" all is there.
  std::optional<Footprint> footprint;
  std::optional<RamUse> ram;
  std::vector<BoardFit> boards;

  // State, stack as used, logits, data and bss.
  std::optional<uint64_t> RamBytes() const;
};

struct SizeTarget {
  const emulation::Core* core = nullptr;
  std::vector<const emulation::Board*> boards;  // with this core
  bool must_fit = false;                        // all of them
};

// Every core that is wanted with its boards. Boards that are named must fit, and only their cores are wanted.
Result<std::vector<SizeTarget>> SizeTargets(const std::vector<std::string>& cores,
                                            const std::vector<std::string>& boards);

struct SizeOptions {
  std::vector<Variant> variants;  // none: each model's default
  std::vector<FirmwareBuild> builds = {FirmwareBuild::kSpeed};
  unsigned jobs = 1;
  std::chrono::milliseconds time_limit{300'000};
  // Called from worker threads, one at a time, as cells end.
  std::function<void(size_t done, size_t total, const SizeCell& cell)> progress;
};

// One cell per model, target, variant and build, in that order, whatever the number of jobs; runs in the
// Unicorn machine.
std::vector<SizeCell> MeasureSizes(const std::vector<Model>& models, const std::vector<SizeTarget>& targets,
                                   const SizeOptions& options);

ExitCode Verdict(const std::vector<SizeCell>& cells);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_SIZE_H_
