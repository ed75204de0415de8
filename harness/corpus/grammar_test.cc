#include "harness/corpus/grammar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace atome::harness {
namespace {

using ::testing::HasSubstr;

std::string Told(std::string_view rules, uint64_t seed = 0) {
  const Result<Grammar> grammar = Grammar::Parse(rules);
  if (!grammar.ok()) return grammar.error().message;
  Random random(seed);
  return grammar->Tell("start", &random);
}

TEST(Grammar, TellsEveryAlternative) {
  std::set<std::string> told;
  for (uint64_t seed = 0; seed < 100; ++seed) told.insert(Told("start: x[a|b|]{end}\nend: y |\n z", seed));
  EXPECT_EQ(told, (std::set<std::string>{"Xay", "Xaz", "Xby", "Xbz", "Xy", "Xz"}));
}

TEST(Grammar, AVariableKeepsItsChoiceAndItsForms) {
  const char* rules =
      "start: {hero=who}{friend=who}{hero} and {friend}. {hero.he} likes {friend.him}\n"
      "who(he him): {boy}/he/him | Ann/[she/her|it/it]\n"
      "boy: Tom | Ben";
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const std::string text = Told(rules, seed);
    const std::string hero = text.substr(0, 3), friend_name = text.substr(8, 3);
    EXPECT_NE(hero, friend_name) << text;
    EXPECT_EQ(hero != "Ann", text.find(". He likes") != std::string::npos) << text;
    EXPECT_EQ(friend_name != "Ann", text.ends_with(" him")) << text;
  }
}

TEST(Grammar, ArticlesLargeLettersAndSpaces) {
  EXPECT_EQ(
      Told(
          "start: {a thing}. {a other}? \"{^other}.\" [|] it said. // so\n it , was\nthing: owl\nother: fox"),
      "An owl. A fox? \"Fox.\" It said.\n\nSo it , was");
  EXPECT_EQ(Told("start: \"no!\" said the fox. // // end //"), "\"no!\" said the fox.\n\nEnd\n\n");
}

TEST(Grammar, SaysWhatIsWrong) {
  EXPECT_THAT(Told("start: [a|b"), HasSubstr("start: brackets do not match"));
  EXPECT_THAT(Told("start: {a]"), HasSubstr("start: brackets do not match"));
  EXPECT_THAT(Told("start: a]"), HasSubstr("start: brackets do not match"));
  EXPECT_THAT(Told("start: {who}"), HasSubstr("unknown {who}"));
  EXPECT_THAT(Told("start: {x=who}"), HasSubstr("unknown {who}"));
  EXPECT_THAT(Told("start: {who.his}\nwho(he): Tom/he"), HasSubstr("unknown {who.his}"));
  EXPECT_THAT(Told("start: {x=who}{x.his}\nwho(he): Tom/he"), HasSubstr("unknown {x.his}"));
  EXPECT_THAT(Told("start: {x}\nx(he): {y}\ny(he): Tom/he"), HasSubstr("only one form"));
  EXPECT_THAT(Told("start: a\nstart: b"), HasSubstr("start is given twice"));
  EXPECT_THAT(Told("start: {b}\nb: c | [{start}|d]"), HasSubstr("contains itself"));
  EXPECT_THAT(Told("start a"), HasSubstr("needs a colon"));
  EXPECT_THAT(Told("start(a: b"), HasSubstr("need a )"));
}

TEST(Grammar, AVariableThatIsNotBoundYetShows) {
  EXPECT_EQ(Told("start: {x}{x=who}{x}\nwho: Tom"), "{x}Tom");
}

}  // namespace
}  // namespace atome::harness
