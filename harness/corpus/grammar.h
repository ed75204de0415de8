// Makes text from the rules of a grammar. A story remembers its choices, so that names, pronouns and things
// stay the same from beginning to end.
//
// A rule is "name: alternative | alternative"; a line that begins with a space continues it, a line that
// begins with # is a comment. In an alternative
//   {rule}         stands for any alternative of the rule, all equally likely;
//   [this|that|]   stands for one of the listed texts;
//   {x=rule}       writes nothing; from here on {x} is that choice. Two variables never hold equal choices;
//   {a x}          puts "a" or "an" before {x}; {^x} makes its first letter large;
//   //             ends the paragraph.
// A rule "name(form form): ..." has several forms of each alternative, separated by /: first the base form,
// then the named ones; {x.form} gives them. The first letter of a paragraph and of a sentence becomes large.
#ifndef ATOME_HARNESS_CORPUS_GRAMMAR_H_
#define ATOME_HARNESS_CORPUS_GRAMMAR_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/random.h"
#include "harness/base/result.h"

namespace atome::harness {

class Grammar {
 public:
  // `rules` must outlive the grammar. The error names the rule with unmatched brackets, an unknown reference
  // or form, a second definition, or a rule that always contains itself.
  static Result<Grammar> Parse(std::string_view rules);

  // One story of the rule `start`, with blank lines between paragraphs.
  std::string Tell(std::string_view start, Random* random) const;

 private:
  struct Rule {
    std::vector<std::string_view> forms;  // "" is the base form
    std::vector<std::string_view> alternatives;
  };
  using Rules = std::map<std::string_view, Rule, std::less<>>;
  class Teller;

  explicit Grammar(Rules rules) : rules_(std::move(rules)) {}
  std::string WhatIsWrong() const;

  Rules rules_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CORPUS_GRAMMAR_H_
