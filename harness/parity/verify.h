// Compares every model on every runner with its golden trace, and the runners with each other.
#ifndef ATOME_HARNESS_PARITY_VERIFY_H_
#define ATOME_HARNESS_PARITY_VERIFY_H_

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "harness/model/golden_trace.h"
#include "harness/model/model.h"
#include "harness/parity/acceptance.h"
#include "harness/report/report.h"
#include "harness/run/runner.h"

namespace atome::harness {

struct VerifyModel {
  Model model;
  GoldenTrace trace;
  Acceptance acceptance{};
  std::optional<Variant> variant{};  // of the engine that runs; nothing: the trace's

  Variant Runs() const { return variant.value_or(trace.variant); }
};

struct VerifyOptions {
  unsigned jobs = 1;
  bool taps = false;  // compare intermediates too on runners whose taps take a different firmware
  // Called from worker threads, one at a time, after each cell.
  std::function<void(size_t done, size_t total, const report::Cell& cell)> progress;
};

// A cell whose run has the trace's bits passes, whatever was accepted. One that has not, and is close enough,
// is kWithin. Where something else than bits is accepted, cells have the figures accepted and reached, and a
// mismatch names the first value beyond; where bits are, a run with taps names the op that left the trace.
//
// One cell of kind parity for each model and each runner that knows its variant, in that order for any number
// of jobs; `command` is left empty. step_digests has a part of kind case for each case: "0", "1", ...
std::vector<report::Cell> Verify(const std::vector<VerifyModel>& models,
                                 const std::vector<std::unique_ptr<Runner>>& runners,
                                 const VerifyOptions& options);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARITY_VERIFY_H_
