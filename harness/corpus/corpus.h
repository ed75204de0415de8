// The default text for measuring perplexity and training models: simple stories from rules. A seed gives the
// same bytes everywhere.
#ifndef ATOME_HARNESS_CORPUS_CORPUS_H_
#define ATOME_HARNESS_CORPUS_CORPUS_H_

#include <cstdint>
#include <string>

namespace atome::harness {

// ASCII stories, with blank lines between paragraphs. Exactly `bytes` long, so the last story may be cut. A
// longer text of the same seed begins with the shorter one.
std::string MakeCorpus(size_t bytes, uint64_t seed);

// The defaults.
inline constexpr size_t kCorpusBytes = 500'000;
inline constexpr uint64_t kCorpusSeed = 1;

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CORPUS_CORPUS_H_
