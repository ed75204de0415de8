// Decides whether one contender predicts a text better than another, from their models' losses on its chunks.
//
// The estimator: d(s, k) is the loss of the contender's model of seed s on chunk k minus the baseline's loss
// for the same seed and chunk. A chunk that is hard for both cancels. The difference is the sum of all d over
// all tokens, in nats a token; its exponential is the ratio of perplexities (geometric means over seeds).
//
// Seeds and chunks are crossed: every model reads the same chunks, so more seeds are not more text. Two
// intervals answer two questions:
// - over chunks: would these same models differ on other text of this sort? Bootstrap percentiles over chunks
//   of the differences averaged over seeds; all seeds share one draw of chunks.
// - over chunks and seeds: would newly trained models differ? To each bootstrap mean we add a draw of the
//   uncertainty that a few seeds leave: s / sqrt(S) times Student's t with S - 1 degrees of freedom, where s
//   is the standard deviation of the S per-seed differences. With unlimited text this is the t interval over
//   seeds; resampling the seeds would be far too narrow for two or three. The text's part in s counts twice,
//   so the interval is somewhat too wide. With one seed it is unknown.
#ifndef ATOME_HARNESS_STATISTICS_DIFFERENCES_H_
#define ATOME_HARNESS_STATISTICS_DIFFERENCES_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/statistics/bootstrap.h"

namespace atome::harness::ab {

// The losses of one model on one text.
struct ChunkLosses {
  std::vector<double> nats;    // sum over the tokens of each chunk
  std::vector<double> tokens;  // scored tokens in each chunk, at least 1

  double MeanNats() const;  // a token
};

enum class Verdict {
  kSame,       // every loss is equal
  kBetter,     // the contender's: the deciding interval lies below 0
  kWorse,      // it lies above 0
  kUndecided,  // it contains 0
};
// "same", "better", "worse", "undecided".
std::string_view VerdictName(Verdict verdict);

struct Difference {
  double nats = 0;              // a token, contender minus baseline
  std::vector<double> by_seed;  // the same for each seed
  size_t chunks = 0;
  std::optional<Interval> over_chunks;            // 95 %; absent with one chunk
  std::optional<Interval> over_chunks_and_seeds;  // 95 %; absent with one seed or one chunk

  // The interval that decides, or nullptr.
  const Interval* Deciding() const {
    if (over_chunks_and_seeds) return &*over_chunks_and_seeds;
    return over_chunks ? &*over_chunks : nullptr;
  }
  Verdict Judge() const;
};

// The change of perplexity in percent for a difference in nats.
double PercentOf(double nats);

// The 95 % interval of one model's mean loss, over chunks; absent with one chunk.
std::optional<Interval> MeanInterval(const ChunkLosses& losses, const BootstrapOptions& bootstrap = {});

// Both hold one entry a seed: the same seeds in the same order, at least one, on the same chunks. The same
// arguments give the same numbers.
Difference Compare(const std::vector<ChunkLosses>& contender, const std::vector<ChunkLosses>& baseline,
                   const BootstrapOptions& bootstrap = {});

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_STATISTICS_DIFFERENCES_H_
