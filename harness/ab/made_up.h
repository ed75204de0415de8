// An experiment and its cells made up from a few numbers, for tests.
#ifndef ATOME_HARNESS_AB_MADE_UP_H_
#define ATOME_HARNESS_AB_MADE_UP_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/ab/experiment.h"
#include "harness/ab/piece.h"
#include "harness/base/file.h"
#include "harness/base/text.h"

namespace atome::harness::ab::testing {

// One contender's model of one seed, and what is measured of it.
struct MadeUp {
  size_t contender = 0;
  uint32_t seed = 0;
  size_t bytes = 200;
  double nats = 1;     // a token
  double cycles = 10;  // a token
  double spread = 0;   // nats that the first chunk has more than others
};

// "new" and "old", the baseline, on a Cortex-M3 and a text of five chunks.
inline Config TwoContenders(std::vector<uint32_t> seeds) {
  Config config;
  config.path = "ab.json";
  config.name = "test";
  config.seeds = std::move(seeds);
  config.cores = {"m3"};
  config.contenders.resize(2);
  config.contenders[0].name = "new";
  config.contenders[0].model = "new/m{seed}.atome02";
  config.contenders[1].name = "old";
  config.contenders[1].model = "old/m{seed}.atome02";
  config.baseline = 1;
  return config;
}

inline Experiment MakeExperiment(Config config, const std::vector<MadeUp>& models) {
  Experiment experiment{.config = std::move(config), .text = {}, .plan = {}, .entries = {}};
  experiment.text = {.path = "folder/text.txt",
                     .tokens = std::vector<uint16_t>(321, 'x'),
                     .sha256 = "aa",
                     .unit = TextUnit::kByte,
                     .line_begins = {}};
  experiment.plan.part = TextPart::kLastTenth;
  experiment.plan.unit_tokens = 64;
  experiment.plan.tokens = 320;
  for (const MadeUp& model : models) {
    Entry& entry = experiment.entries.emplace_back();
    entry.contender = model.contender;
    entry.seed = model.seed;
    entry.model.path = experiment.config.contenders[model.contender].ModelPath(model.seed);
    entry.model.bytes = StrCat("ATOME02", std::string(model.bytes - 7, 'x'));
    entry.model.sha256 = Sha256Hex(entry.model.path);
    entry.model.config.max_seq = 64;
    entry.parameters = 1000;
  }
  NameEntries(&experiment.entries);
  return experiment;
}

// What measuring the piece gives, with its label.
inline report::Cell MakeCell(const Experiment& experiment, const Piece& piece, const MadeUp& model) {
  using report::Quantity;
  report::Cell cell;
  cell.key = KeyOf(experiment, piece);
  cell.model_sha256 = piece.entry->model.sha256;
  cell.outcome = Outcome::kPass;
  if (piece.kind == report::Kind::kPerplexity) {
    cell.key.core = "host";
    cell.Add(report::Figure{.id = {{}, Quantity::kPerplexity},
                            .value = 1.0,  // an A/B takes the samples
                            .samples = {64 * model.nats + model.spread, 64 * model.nats + 1,
                                        64 * model.nats - 1, 64 * model.nats + 2, 64 * model.nats - 2},
                            .sample_counts = {64, 64, 64, 64, 64}});
    cell.Add(Quantity::kTextSha256, experiment.text.sha256);
  } else {
    cell.build_sha256 = "firmware";
  }
  if (piece.kind == report::Kind::kCycles) cell.Add(Quantity::kCyclesPerToken, model.cycles);
  if (piece.kind == report::Kind::kSize) {
    cell.Add(Quantity::kFlashBytesNeeded, 100 + model.bytes);
    cell.Add(Quantity::kRamBytesNeeded, 2000);
    cell.Add(Quantity::kMaxSeq, 64);
  }
  Label(experiment, piece, &cell);
  return cell;
}

// The cells of all pieces; `models` are as the experiment's entries.
inline std::vector<report::Cell> MakeCells(const Experiment& experiment, const std::vector<MadeUp>& models) {
  std::vector<report::Cell> cells;
  for (const Piece& piece : AllPieces(experiment))
    cells.push_back(
        MakeCell(experiment, piece, models[static_cast<size_t>(piece.entry - experiment.entries.data())]));
  return cells;
}

// The one of that kind and model, so that a test may change it.
inline report::Cell& CellIn(std::vector<report::Cell>& cells, report::Kind kind, const Entry& entry) {
  for (report::Cell& cell : cells) {
    if (cell.key.kind == kind && cell.key.model == entry.name) return cell;
  }
  throw std::logic_error("no such cell");
}

}  // namespace atome::harness::ab::testing

#endif  // ATOME_HARNESS_AB_MADE_UP_H_
