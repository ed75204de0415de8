// The rules of the built-in stories, for Grammar::Parse one after another; they begin at the rule "story".
#ifndef ATOME_HARNESS_CORPUS_STORY_RULES_H_
#define ATOME_HARNESS_CORPUS_STORY_RULES_H_

#include <string_view>

namespace atome::harness {

extern const std::string_view kStoryWords;    // who, what, where
extern const std::string_view kStoryPhrases;  // how things are said
extern const std::string_view kStoryPlots;    // what happens

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CORPUS_STORY_RULES_H_
