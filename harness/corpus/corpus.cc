#include "harness/corpus/corpus.h"

#include <stdexcept>

#include "harness/base/text.h"
#include "harness/corpus/grammar.h"
#include "harness/corpus/story_rules.h"

namespace atome::harness {

std::string MakeCorpus(size_t bytes, uint64_t seed) {
  const std::string rules = StrCat(kStoryWords, kStoryPhrases, kStoryPlots);
  const Result<Grammar> grammar = Grammar::Parse(rules);
  if (!grammar.ok()) throw std::logic_error(grammar.error().message);
  Random random(seed);
  std::string text;
  while (text.size() < bytes) text += grammar->Tell("story", &random);
  text.resize(bytes);
  return text;
}

}  // namespace atome::harness
