// How much flash and RAM a model takes on a core, with the firmware around it, and on which boards it fits.
#ifndef ATOME_HARNESS_SIZE_SIZE_H_
#define ATOME_HARNESS_SIZE_SIZE_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "emulation/boards/board.h"
#include "emulation/boards/core.h"
#include "emulation/machine/limits.h"
#include "harness/base/result.h"
#include "harness/base/variant.h"
#include "harness/model/model.h"
#include "harness/report/report.h"
#include "harness/run/firmware_store.h"

namespace atome::harness {

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
  Specialise specialise = Specialise::kBuilt;
  std::shared_ptr<const Firmware> given{};  // by the user, instead of ours; no boards are asked then
  size_t symbols = 0;                       // so many of the largest have their section too
  unsigned jobs = 1;
  emulation::RunLimits limits;
  // Called from worker threads, one at a time, as cells end.
  std::function<void(size_t done, size_t total, const report::Cell& cell)> progress;
};

// One cell per model, target, variant and build, in that order, whatever the number of jobs; runs in the
// Unicorn machine. Figures: flash and RAM by what needs them, max_seq; bytes of each section and symbol; of
// each board what it has and what is needed, whether that fits, and the longest max_seq that does. A cell
// whose firmware does not fit a board that it must fit is too large, with all figures. Without `command`, and
// `detail` names nothing but firmware that the user gave.
std::vector<report::Cell> MeasureSizes(const std::vector<Model>& models,
                                       const std::vector<SizeTarget>& targets, const SizeOptions& options);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_SIZE_H_
