// Cells that were measured before, which an A/B takes instead of measuring them again.
#ifndef ATOME_HARNESS_AB_KNOWN_H_
#define ATOME_HARNESS_AB_KNOWN_H_

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "harness/ab/piece.h"
#include "harness/report/report.h"

namespace atome::harness::ab {

// Whether the cell passed and is about the piece: the same model, by hash and dimensions, variant, build and
// core, text, by hash, and detail. How it calls the model does not matter.
bool Answers(const Experiment& experiment, const Piece& piece, const report::Cell& cell);

// The hash of the firmware, or of another engine's library, that would be measured; empty when there is none.
using FirmwareHash = std::function<std::string(const Piece& piece)>;
std::string FirmwareSha256(const Experiment& experiment, const Piece& piece);

// The first cell of a report that answers and is of the firmware that is here, where it says which firmware
// it is of and there is one here; or nullptr.
const report::Cell* FindIn(const report::Report& report, const Experiment& experiment, const Piece& piece,
                           const FirmwareHash& firmware);

// What runs into one folder measured, in a file there, so that a run goes on where an earlier one was killed.
// Only cells that passed are kept: what went wrong may have been put right the next time.
class KeptCells {
 public:
  // The cells in the file, unless `fresh`, or it is damaged, or another program wrote it: the program holds
  // the engines and the timing. `program_sha256` is its hash.
  KeptCells(std::string path, std::string program_sha256, bool fresh);

  // The cell that an earlier run measured, of the firmware that is here. Thread-safe, Keep is not.
  const report::Cell* Find(const Experiment& experiment, const Piece& piece,
                           const FirmwareHash& firmware) const;

  // Adds a cell and writes the file, but does not spend more than a tenth of the time on that. Empty on
  // success, else why it is not written.
  std::string Keep(const report::Cell& cell);
  // Writes what is not written yet.
  std::string Write();

 private:
  using Clock = std::chrono::steady_clock;

  std::string path_;
  std::string program_sha256_;
  report::Report before_;
  std::map<report::Key, report::Cell> cells_;  // those of before, and what was added
  bool written_ = true;
  Clock::time_point next_{};  // when to write again
};

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_KNOWN_H_
