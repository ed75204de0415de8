// Compares every model on every runner with its golden trace, and the runners with each other.
#ifndef ATOME_HARNESS_PARITY_VERIFY_H_
#define ATOME_HARNESS_PARITY_VERIFY_H_

#include <functional>
#include <memory>
#include <vector>

#include "harness/model/golden_trace.h"
#include "harness/model/model.h"
#include "harness/report/report.h"
#include "harness/run/runner.h"

namespace atome::harness {

struct VerifyModel {
  Model model;
  GoldenTrace trace;
};

struct VerifyOptions {
  unsigned jobs = 1;
  bool taps = false;  // compare intermediates too on runners whose taps take a different firmware
  // Called from worker threads, one at a time, after each cell.
  std::function<void(size_t done, size_t total, const report::Cell& cell)> progress;
};

// One cell of kind parity for each model and each runner that knows its variant, in that order for any number
// of jobs; `command` is left empty. step_digests has a part of kind case for each case: "0", "1", ...
std::vector<report::Cell> Verify(const std::vector<VerifyModel>& models,
                                 const std::vector<std::unique_ptr<Runner>>& runners,
                                 const VerifyOptions& options);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARITY_VERIFY_H_
