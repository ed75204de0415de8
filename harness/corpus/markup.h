// How an alternative of a rule is written; grammar.h says what it means.
#ifndef ATOME_HARNESS_CORPUS_MARKUP_H_
#define ATOME_HARNESS_CORPUS_MARKUP_H_

#include <optional>
#include <string_view>
#include <vector>

namespace atome::harness {

// What stands between braces: "{^hero.he}", "{a size}", "{hero=person}".
struct Reference {
  std::string_view variable;  // to bind; empty when there is nothing to bind
  std::string_view name;      // a rule's or a variable's
  std::string_view form;      // empty: the plain one
  bool article = false;
  bool capital = false;
};
Reference ParseReference(std::string_view inside);

// Where the bracket or brace that opens at `open` closes, those within it matched; nothing when it does not.
std::optional<size_t> Closing(std::string_view text, size_t open);

// At every `separator` that is in no bracket or brace, which must match.
std::vector<std::string_view> SplitOutside(std::string_view text, char separator);

std::string_view Trimmed(std::string_view text);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CORPUS_MARKUP_H_
