#include "harness/ab/measure.h"

#include "harness/base/parallel.h"
#include "harness/base/text.h"

namespace atome::harness::ab {
namespace {

using report::Cell;

enum class Source { kMeasured, kReport, kBefore };

Cell MeasuredCell(const Experiment& experiment, const Piece& piece, const MeasureOptions& options) {
  try {
    return options.measure(piece);
  } catch (const std::exception& error) {  // out of memory: this cell's loss, not the others'
    Cell cell;
    cell.key = KeyOf(experiment, piece);
    cell.model_sha256 = piece.entry->model.sha256;
    cell.Fail(Outcome::kCrashed, StrCat("the measurement threw: ", error.what()));
    return cell;
  }
}

}  // namespace

Measured MeasureAll(const Experiment& experiment, KeptCells* kept, const MeasureOptions& options) {
  const std::vector<Piece> pieces = AllPieces(experiment);
  std::vector<Source> sources(pieces.size(), Source::kMeasured);
  Measured measured;
  measured.cells.resize(pieces.size());
  const auto find = [&](const Piece& piece, Source* source) -> const Cell* {
    if (options.from != nullptr) {
      *source = Source::kReport;
      for (const report::Report& report : *options.from) {
        if (const Cell* cell = FindIn(report, experiment, piece, options.firmware)) return cell;
      }
    }
    *source = Source::kBefore;
    if (const Cell* cell = kept->Find(experiment, piece, options.firmware)) return cell;
    *source = Source::kMeasured;
    return nullptr;
  };
  const auto work = [&](size_t index) {
    const Piece& piece = pieces[index];
    const Cell* known = find(piece, &sources[index]);
    Cell& cell = measured.cells[index];
    cell = known != nullptr ? *known : MeasuredCell(experiment, piece, options);
    Label(experiment, piece, &cell);
  };
  const auto warn = [&options](const std::string& why) {
    if (!why.empty() && options.warn) options.warn(StrCat("warning: not kept for the next run: ", why));
  };
  ForEachIndex(pieces.size(), options.jobs, work, [&](size_t done, size_t index) {
    const Cell& cell = measured.cells[index];
    measured.from_reports += sources[index] == Source::kReport;
    measured.from_before += sources[index] == Source::kBefore;
    if (sources[index] == Source::kMeasured && cell.passed()) warn(kept->Keep(cell));
    if (options.progress) options.progress(done, pieces.size(), cell);
  });
  warn(kept->Write());
  return measured;
}

}  // namespace atome::harness::ab
