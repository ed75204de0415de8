// All cells of an A/B.
#ifndef ATOME_HARNESS_AB_MEASURE_H_
#define ATOME_HARNESS_AB_MEASURE_H_

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "harness/ab/known.h"
#include "harness/ab/piece.h"
#include "harness/report/report.h"

namespace atome::harness::ab {

struct MeasureOptions {
  // MeasurePiece and FirmwareSha256, unless a test wants something else. From any thread.
  std::function<report::Cell(const Piece& piece)> measure;
  FirmwareHash firmware;
  const std::vector<report::Report>* from = nullptr;  // whose cells are taken where they answer, or nullptr
  unsigned jobs = 1;
  // Called one at a time as cells are there, those that are taken among them.
  std::function<void(size_t done, size_t total, const report::Cell& cell)> progress;
  std::function<void(std::string_view line)> warn;
};

struct Measured {
  std::vector<report::Cell> cells;  // of AllPieces, in order, whatever the number of jobs
  size_t from_reports = 0;          // of them
  size_t from_before = 0;           // kept by an earlier run
};

// What cannot be measured is an outcome.
Measured MeasureAll(const Experiment& experiment, KeptCells* kept, const MeasureOptions& options);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_MEASURE_H_
