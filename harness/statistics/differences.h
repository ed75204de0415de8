// Decides whether one contender predicts a text better than another, from their models' losses on its chunks.
//
// The estimator: d(s, k) is the loss of the contender's model of seed s on chunk k minus the baseline's loss
// for the same seed and chunk. A chunk that is hard for both cancels. The difference is the sum of all d over
// all tokens, in nats a token; its exponential is the ratio of perplexities (geometric means over seeds).
//
// Seeds and chunks are crossed: every model reads the same chunks, so more seeds are not more text. Two
// intervals answer two questions:
// - over chunks: would these same models differ on other text of this sort? interval.h, of the differences
//   averaged over seeds.
// - over chunks and seeds: would newly trained models differ? The variance of the mean is that over seeds
//   (of the per-seed differences, over S) and that over chunks (interval.h), less what both count: the noise
//   of a seed on a chunk, estimated from what each seed's chunks have beyond the average's. It is held to the
//   mean of two quantiles of t, that of S - 1 degrees and that over chunks, weighted by their variances
//   (Cochran, "Approximate significance levels of the Behrens-Fisher test", Biometrics 20, 1964). With
//   unlimited text this is the t interval over seeds, with seeds that are all alike that over chunks; between
//   them it is somewhat too wide. With one seed it is unknown.
#ifndef ATOME_HARNESS_STATISTICS_DIFFERENCES_H_
#define ATOME_HARNESS_STATISTICS_DIFFERENCES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/statistics/interval.h"

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
  kUndecided,  // it contains 0, or there is none
};
// "same", "better", "worse", "undecided".
std::string_view VerdictName(Verdict verdict);

struct Difference {
  double nats = 0;              // a token, contender minus baseline
  std::vector<double> by_seed;  // the same for each seed
  size_t chunks = 0;
  bool same = false;                              // to the bit, in each chunk
  std::optional<Interval> over_chunks;            // 95 %; absent with too few chunks
  std::optional<Interval> over_chunks_and_seeds;  // 95 %; absent with one seed, too
  std::string why_not;                            // there is no interval

  // The interval that decides, or nullptr.
  const Interval* Deciding() const {
    if (over_chunks_and_seeds) return &*over_chunks_and_seeds;
    return over_chunks ? &*over_chunks : nullptr;
  }
  Verdict Judge() const;
};

// Whether every loss of the one is that of the other, to the bit.
bool SameLosses(const std::vector<ChunkLosses>& one, const std::vector<ChunkLosses>& other);

// Both hold one entry a seed: the same seeds in the same order, at least one, on the same chunks.
// `comparisons` are judged together: their intervals hold jointly (interval.h).
Difference Compare(const std::vector<ChunkLosses>& contender, const std::vector<ChunkLosses>& baseline,
                   size_t comparisons = 1);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_STATISTICS_DIFFERENCES_H_
