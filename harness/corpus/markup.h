// Parses the notation of an alternative; grammar.h explains it.
#ifndef ATOME_HARNESS_CORPUS_MARKUP_H_
#define ATOME_HARNESS_CORPUS_MARKUP_H_

#include <optional>
#include <string_view>
#include <vector>

namespace atome::harness {

// A reference between braces: "{^hero.he}", "{a size}", "{hero=person}".
struct Reference {
  std::string_view variable;  // to bind; empty when the reference binds nothing
  std::string_view name;      // of a rule or a variable
  std::string_view form;      // empty: the base form
  bool article = false;
  bool capital = false;
};
Reference ParseReference(std::string_view inside);

// The position of the bracket or brace that closes the one at `open`; nothing when a bracket is unmatched.
std::optional<size_t> Closing(std::string_view text, size_t open);

// Splits at every `separator` outside of brackets and braces, which must match.
std::vector<std::string_view> SplitOutside(std::string_view text, char separator);

std::string_view Trimmed(std::string_view text);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CORPUS_MARKUP_H_
