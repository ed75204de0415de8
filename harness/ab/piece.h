// The cells that an A/B sums up, one by one.
#ifndef ATOME_HARNESS_AB_PIECE_H_
#define ATOME_HARNESS_AB_PIECE_H_

#include <string>
#include <vector>

#include "emulation/machine/limits.h"
#include "harness/ab/experiment.h"
#include "harness/report/report.h"

namespace atome::harness::ab {

// What is measured of one model: its perplexity, or its cycles or size on a core.
struct Piece {
  const Entry* entry = nullptr;
  report::Kind kind = report::Kind::kPerplexity;
  std::string core;  // empty of a perplexity
};

// The perplexity first, then cycles and size on each core; of another engine those that it has a file for.
std::vector<Piece> PiecesOf(const Experiment& experiment, const Entry& entry);
// Those of all entries, in order, each once: contenders may share a model.
std::vector<Piece> AllPieces(const Experiment& experiment);

// The key of the piece's cell, but for what runs a model on the host: of a perplexity `core` is empty.
report::Key KeyOf(const Experiment& experiment, const Piece& piece);
// The piece's cell among those of the experiment, or nullptr.
const report::Cell* CellOf(const Experiment& experiment, const Piece& piece,
                           const std::vector<report::Cell>& cells);

// Measures the piece as the command `ppl`, `cycles` or `size` does: an A/B's own key and command are still to
// be given to the cell.
report::Cell MeasurePiece(const Experiment& experiment, const Piece& piece, emulation::RunLimits limits);
// Gives them. Of a model whose file does not say its dimensions, the command does.
void Label(const Experiment& experiment, const Piece& piece, report::Cell* cell);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_PIECE_H_
