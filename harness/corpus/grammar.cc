#include "harness/corpus/grammar.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "harness/base/text.h"
#include "harness/corpus/markup.h"

namespace atome::harness {
namespace {

constexpr int kTries = 100;  // to find a choice that no variable holds yet

// Calls visit(reference) for every reference of an alternative, also inside brackets. False when visit
// returns false, or when brackets do not match.
template <class Visit>
bool ForEachReference(std::string_view text, const Visit& visit) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == ']' || text[at] == '}') return false;
    if (text[at] != '[' && text[at] != '{') continue;
    const std::optional<size_t> close = Closing(text, at);
    if (!close) return false;
    const std::string_view inside = text.substr(at + 1, *close - at - 1);
    if (text[at] == '{' ? !visit(ParseReference(inside)) : !ForEachReference(inside, visit)) return false;
    at = *close;
  }
  return true;
}

// The rules of the text, one string each; a line that begins with a space continues the rule before it.
std::vector<std::string_view> RuleTexts(std::string_view rules) {
  std::vector<std::string_view> texts;
  for (const std::string_view line : Split(rules, '\n')) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == ' ' && !texts.empty()) {
      texts.back() = {texts.back().data(), line.data() + line.size()};
    } else {
      texts.push_back(line);
    }
  }
  return texts;
}

char Large(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// A full stop inside quotes also ends the sentence around them; other marks may not: "Oh!" said Tom.
bool EndsSentence(std::string_view text) {
  return text.ends_with('.') || text.ends_with('!') || text.ends_with('?') || text.ends_with(".\"");
}

bool IsVowel(char c) { return std::string_view("aeiouAEIOU").find(c) != std::string_view::npos; }

}  // namespace

Result<Grammar> Grammar::Parse(std::string_view text) {
  Rules rules;
  for (const std::string_view rule_text : RuleTexts(text)) {
    const size_t colon = rule_text.find(':');
    const std::string_view head = Trimmed(rule_text.substr(0, colon));
    if (colon == std::string_view::npos) return Bad(StrCat("\"", head, "\": a rule's name needs a colon"));
    const size_t open = head.find('(');
    Rule rule{{""}, {}};
    if (open != std::string_view::npos) {
      if (!head.ends_with(')')) return Bad(StrCat("rule ", head, ": its forms need a )"));
      for (const std::string_view form : Split(head.substr(open + 1, head.size() - open - 2), ' '))
        rule.forms.push_back(form);
    }
    for (const std::string_view each : SplitOutside(rule_text.substr(colon + 1), '|'))
      rule.alternatives.push_back(Trimmed(each));
    const std::string_view name = head.substr(0, open);
    if (!rules.emplace(name, std::move(rule)).second) return Bad(StrCat("rule ", name, " is given twice"));
  }
  Grammar grammar(std::move(rules));
  std::string wrong = grammar.WhatIsWrong();
  if (!wrong.empty()) return Bad(std::move(wrong));
  return grammar;
}

std::string Grammar::WhatIsWrong() const {
  // For each variable, the rules whose choices it may hold.
  std::map<std::string_view, std::vector<std::string_view>> variables;
  std::map<std::string_view, std::set<std::string_view>> contains;
  for (const auto& [name, rule] : rules_) {
    std::set<std::string_view>& within = contains[name];
    for (const std::string_view alternative : rule.alternatives) {
      const bool match = ForEachReference(alternative, [&](const Reference& reference) {
        if (!reference.variable.empty()) variables[reference.variable].push_back(reference.name);
        within.insert(reference.name);
        return true;
      });
      if (!match) return StrCat("rule ", name, ": brackets do not match in \"", alternative, "\"");
      if (rule.forms.size() > 1 && SplitOutside(alternative, '/').size() == 1)
        return StrCat("rule ", name, ": only one form in \"", alternative, "\"");
    }
  }
  const auto known = [&](const Reference& reference) {
    if (reference.variable.empty() && variables.contains(reference.name)) {
      return std::ranges::all_of(variables[reference.name], [&](std::string_view rule) {
        const auto found = rules_.find(rule);
        return found == rules_.end() || std::ranges::count(found->second.forms, reference.form) == 1;
      });
    }
    const auto found = rules_.find(reference.name);
    return found != rules_.end() && std::ranges::count(found->second.forms, reference.form) == 1;
  };
  for (const auto& [name, rule] : rules_) {
    for (const std::string_view alternative : rule.alternatives) {
      std::string unknown;
      ForEachReference(alternative, [&](const Reference& reference) {
        if (!known(reference))
          unknown = StrCat(reference.name, reference.form.empty() ? "" : ".", reference.form);
        return true;
      });
      if (!unknown.empty()) return StrCat("rule ", name, ": unknown {", unknown, "}");
    }
  }
  // A rule that contains only finished rules is finished; a rule that never finishes contains itself.
  std::set<std::string_view> finished;
  for (size_t before = rules_.size() + 1; before != finished.size();) {
    before = finished.size();
    for (const auto& [name, rule] : rules_) {
      if (std::ranges::all_of(contains[name], [&](std::string_view inner) {
            return finished.contains(inner) || !rules_.contains(inner);
          }))
        finished.insert(name);
    }
  }
  for (const auto& [name, rule] : rules_) {
    if (!finished.contains(name)) return StrCat("rule ", name, " contains itself, or one that does");
  }
  return {};
}

// Tells one story.
class Grammar::Teller {
 public:
  Teller(const Rules& rules, Random* random) : rules_(rules), random_(*random) {}

  std::string Expand(std::string_view text) {
    std::string out;
    for (size_t at = 0; at < text.size(); ++at) {
      if (text[at] != '[' && text[at] != '{') {
        out += text[at];
        continue;
      }
      const size_t close = *Closing(text, at);
      const std::string_view inside = text.substr(at + 1, close - at - 1);
      out += text[at] == '[' ? Expand(OneOf(SplitOutside(inside, '|'))) : Refer(ParseReference(inside));
      at = close;
    }
    return out;
  }

 private:
  struct Choice {
    const Rule* rule;
    std::vector<std::string> forms;  // in the order of rule->forms
  };

  std::string_view OneOf(const std::vector<std::string_view>& list) {
    return list[random_.Below(static_cast<uint32_t>(list.size()))];
  }

  Choice Choose(const Rule& rule) {
    std::string text = Expand(OneOf(rule.alternatives));
    if (rule.forms.size() == 1) return {&rule, {std::move(text)}};
    Choice choice{&rule, {}};
    for (const std::string_view form : Split(text, '/')) choice.forms.emplace_back(form);
    choice.forms.resize(rule.forms.size(), choice.forms[0]);
    return choice;
  }

  bool Held(const Choice& choice) const {
    return std::ranges::any_of(held_,
                               [&](const auto& entry) { return entry.second.forms[0] == choice.forms[0]; });
  }

  std::string Refer(const Reference& reference) {
    if (!reference.variable.empty()) {
      const Rule& rule = rules_.find(reference.name)->second;
      held_.erase(reference.variable);
      Choice choice = Choose(rule);
      for (int i = 1; i < kTries && Held(choice); ++i) choice = Choose(rule);
      held_.emplace(reference.variable, std::move(choice));
      return {};
    }
    const auto held = held_.find(reference.name);
    const auto rule = rules_.find(reference.name);
    // An unbound variable stays in the text as written, so that the author of the rules sees the mistake.
    if (held == held_.end() && rule == rules_.end()) return StrCat("{", reference.name, "}");
    const Choice choice = held != held_.end() ? held->second : Choose(rule->second);
    const auto& names = choice.rule->forms;
    std::string text =
        choice.forms[static_cast<size_t>(std::ranges::find(names, reference.form) - names.begin())];
    if (reference.article && !text.empty()) text.insert(0, IsVowel(text[0]) ? "an " : "a ");
    if (reference.capital && !text.empty()) text[0] = Large(text[0]);
    return text;
  }

  const Rules& rules_;
  Random& random_;
  std::map<std::string_view, Choice> held_;
};

std::string Grammar::Tell(std::string_view start, Random* random) const {
  const std::string text = Teller(rules_, random).Expand(StrCat("{", start, "}"));
  // Makes paragraphs and large letters, and drops the spaces that empty choices and line ends leave.
  std::string story;
  bool space = false, begins = true;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == ' ' || text[at] == '\n') {
      space = true;
    } else if (text.compare(at, 2, "//") == 0) {
      if (!story.empty() && !story.ends_with('\n')) story += "\n\n";
      begins = true;
      ++at;
    } else {
      const bool large = begins || (space && EndsSentence(story));
      if (space && !begins) story += ' ';
      story += large ? Large(text[at]) : text[at];
      begins = space = false;
    }
  }
  return story;
}

}  // namespace atome::harness
