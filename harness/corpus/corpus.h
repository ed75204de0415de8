// The text that perplexity is measured on and models may be trained on when no other is given: simple stories
// from rules, the same bytes for a seed everywhere.
#ifndef ATOME_HARNESS_CORPUS_CORPUS_H_
#define ATOME_HARNESS_CORPUS_CORPUS_H_

#include <cstdint>
#include <string>

namespace atome::harness {

// ASCII; stories follow one another, paragraphs parted by blank lines. Exactly `bytes` long, so that the last
// story may be cut; a longer text of the same seed begins with the shorter.
std::string MakeCorpus(size_t bytes, uint64_t seed);

// What is used when nothing is said.
inline constexpr size_t kCorpusBytes = 500'000;
inline constexpr uint64_t kCorpusSeed = 1;

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CORPUS_CORPUS_H_
