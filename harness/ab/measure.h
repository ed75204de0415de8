// All models of an A/B, measured.
#ifndef ATOME_HARNESS_AB_MEASURE_H_
#define ATOME_HARNESS_AB_MEASURE_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/ab/cache.h"
#include "harness/ab/config.h"
#include "harness/ab/instruments.h"
#include "harness/ab/training.h"

namespace atome::harness::ab {

// One contender's model of one seed.
struct Measured {
  size_t contender = 0;  // index
  uint32_t seed = 0;
  std::string model;  // file name
  std::string model_sha256;
  uint64_t disk_bytes = 0;
  std::map<std::string, uint64_t> format_bytes;  // "ATOME02" -> bytes, of the files NAME.atome0? beside it
  FileFacts facts;
  TrainingFacts training;
  CellStatus status = CellStatus::kError;  // of the losses
  std::string message;
  std::optional<ChunkLosses> losses;
  std::vector<CoreFigures> cores;  // as in the configuration

  double BitsPerWeight() const {
    return 8.0 * static_cast<double>(disk_bytes) / static_cast<double>(facts.parameters);
  }
};

struct MeasureOptions {
  unsigned jobs = 1;
  // Called one at a time as pieces of work end, those from the cache among them.
  std::function<void(size_t done, size_t total)> progress;
  std::function<void(std::string_view line)> warn;
};

// By contender, then seed, whatever the number of jobs. An error when a model cannot be read, or is the same
// file for two seeds; what cannot be measured is a status.
Result<std::vector<Measured>> Measure(const Config& config, const Instruments& instruments, Cache* cache,
                                      const MeasureOptions& options);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_MEASURE_H_
