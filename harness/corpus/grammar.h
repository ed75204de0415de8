// Text from rules: a grammar whose story remembers what it chose, so that names, pronouns and things stay the
// same from beginning to end.
//
// A rule is "name: alternative | alternative"; lines that begin with a space continue it, lines that begin
// with # are remarks. In an alternative
//   {rule}         stands for any alternative of the rule, each equally likely;
//   [this|that|]   for one of what is listed;
//   {x=rule}       writes nothing: {x} is that choice from here on. No two variables hold equal choices.
//   {a x}          puts "a" or "an" before it, {^x} makes its first letter large;
//   //             ends the paragraph.
// A rule "name(form form): ..." has several forms of each alternative, parted by /: the plain one, then those
// named; {x.form} gives them. The first letter of a paragraph and of a sentence becomes large.
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
  // `rules` must outlive the grammar. The error names the rule: brackets that do not match, a reference to
  // nothing, a form that is not there, a rule given twice, a rule that always contains itself.
  static Result<Grammar> Parse(std::string_view rules);

  // One story of the rule `start`, paragraphs parted by blank lines.
  std::string Tell(std::string_view start, Random* random) const;

 private:
  struct Rule {
    std::vector<std::string_view> forms;  // the plain one is ""
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
