// The rules of the built-in stories, to be joined for Grammar::Parse; a story begins at the rule "story".
#ifndef ATOME_HARNESS_CORPUS_STORY_RULES_H_
#define ATOME_HARNESS_CORPUS_STORY_RULES_H_

#include <string_view>

namespace atome::harness {

extern const std::string_view kStoryWords;    // who, what, where
extern const std::string_view kStoryPhrases;  // how things are said
extern const std::string_view kStoryPlots;    // what happens

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CORPUS_STORY_RULES_H_
