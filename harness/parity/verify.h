// Every model on every runner against its golden trace, and the runners against each other.
#ifndef ATOME_HARNESS_PARITY_VERIFY_H_
#define ATOME_HARNESS_PARITY_VERIFY_H_

#include <functional>
#include <memory>
#include <vector>

#include "harness/parity/cell.h"
#include "harness/model/golden_trace.h"
#include "harness/model/model.h"
#include "harness/run/runner.h"

namespace atome::harness {

struct VerifyModel {
  Model model;
  GoldenTrace trace;
};

struct VerifyOptions {
  unsigned jobs = 1;
  bool taps = false;  // compare every intermediate too, on runners where that takes another firmware
  // Called from worker threads, one at a time, as cells end.
  std::function<void(size_t done, size_t total, const Cell& cell)> progress;
};

// One cell per model and runner that knows its variant, in that order, whatever the number of jobs.
std::vector<Cell> Verify(const std::vector<VerifyModel>& models,
                         const std::vector<std::unique_ptr<Runner>>& runners, const VerifyOptions& options);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARITY_VERIFY_H_
