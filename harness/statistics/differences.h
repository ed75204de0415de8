// Whether one contender predicts a text better than another, from the losses of their models on its chunks.
//
// The estimator. d(s, k) is the loss of the contender's model of seed s on chunk k minus the baseline's of
// the same seed on the same chunk, so that what is hard in a chunk for both cancels. The difference is the
// sum of all d over all tokens, in nats a token; its exponential is the ratio of perplexities (of their
// geometric means over seeds).
//
// Seeds and chunks are crossed: every model reads the same chunks, so more seeds are not more text. Two
// intervals answer two questions:
// - over chunks: would these very models differ on other text like this one? Bootstrap over chunks of the
//   differences averaged over seeds, one draw of chunks for all seeds, percentiles.
// - over chunks and seeds: would models trained anew differ? To each bootstrap mean a draw is added from what
// a
//   few seeds leave unknown of their mean: s / sqrt(S) times Student's t with S - 1 degrees of freedom, where
//   s is the standard deviation of the S per-seed differences. With unlimited text it is the t interval over
//   seeds; drawing the seeds themselves again would be too narrow by far for two or three. It counts the
//   text's part in s twice, so it is rather too wide. One seed leaves it unknown.
#ifndef ATOME_HARNESS_STATISTICS_DIFFERENCES_H_
#define ATOME_HARNESS_STATISTICS_DIFFERENCES_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/statistics/bootstrap.h"

namespace atome::harness::ab {

// Of one model on one text.
struct ChunkLosses {
  std::vector<double> nats;    // of each chunk, the sum over its tokens
  std::vector<double> tokens;  // scored in each, at least 1

  double MeanNats() const;  // a token
};

enum class Verdict {
  kSame,       // every loss is equal
  kBetter,     // the contender: the interval, over seeds where there are several, is below 0
  kWorse,      // likewise above 0
  kUndecided,  // it contains 0
};
// "same", "better", "worse", "undecided".
std::string_view VerdictName(Verdict verdict);

struct Difference {
  double nats = 0;              // a token, contender minus baseline
  std::vector<double> by_seed;  // likewise
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

// What a difference in nats is to the perplexity.
double PercentOf(double nats);

// Of the mean loss of one model, over chunks; absent with one chunk.
std::optional<Interval> MeanInterval(const ChunkLosses& losses, const BootstrapOptions& bootstrap = {});

// Both are by seed, of the same seeds in the same order, at least one, and on the same chunks. The same
// arguments give the same numbers.
Difference Compare(const std::vector<ChunkLosses>& contender, const std::vector<ChunkLosses>& baseline,
                   const BootstrapOptions& bootstrap = {});

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_STATISTICS_DIFFERENCES_H_
