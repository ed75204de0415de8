// Many flips, and what became of them.
#ifndef ATOME_HARNESS_INJECT_CAMPAIGN_H_
#define ATOME_HARNESS_INJECT_CAMPAIGN_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/inject/draw.h"
#include "harness/inject/subject.h"
#include "harness/report/report.h"

namespace atome::harness {

struct Plan {
  std::vector<Region> regions;
  uint32_t flips = 100;  // of each region
  uint8_t bits = 1;
  uint64_t seed = 1;
  Window window;
  unsigned jobs = 1;
  std::function<void(size_t done, size_t total)> progress;  // from worker threads, one call at a time
};

struct Drawn {
  Region region{};
  Trial trial;
};

// By region and number, the same for any number of jobs. A region that has no bits is left out.
std::vector<Drawn> RunFlips(const Subject& subject, const Plan& plan);

// Adds what became of the flips of a part of kind region: how many there were, and each verdict's share with
// its interval; without intervals where they were all that there are.
void AddShares(const Tally& tally, std::string_view region, bool all, report::Cell* cell);

// The figures of a campaign: shares and bits of each region, flash and RAM, cycles a token. `detail` and
// `command` are left to the caller.
report::Cell CellOf(const Subject& subject, const Model& model, const SubjectOptions& options,
                    const std::vector<Drawn>& drawn);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_INJECT_CAMPAIGN_H_
