#include "harness/corpus/corpus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "harness/base/file.h"
#include "harness/model/model.h"

namespace atome::harness {
namespace {

// A changed rule changes the text, and with it every perplexity on it and every model trained on it.
TEST(Corpus, IsTheSameEverywhere) {
  EXPECT_EQ(Sha256Hex(MakeCorpus(kCorpusBytes, kCorpusSeed)),
            "ecb8beac4cc9310f1e93ee7e99e1e1372d783fdef95582d4f696563c669fb724");
}

TEST(Corpus, ALongerTextBeginsWithTheShorter) {
  const std::string text = MakeCorpus(20000, 7);
  for (const size_t bytes : {size_t{0}, size_t{1}, size_t{999}, size_t{20000}})
    EXPECT_EQ(MakeCorpus(bytes, 7), text.substr(0, bytes));
}

TEST(Corpus, SeedsDiffer) {
  EXPECT_NE(MakeCorpus(1000, 1), MakeCorpus(1000, 2));
  EXPECT_NE(MakeCorpus(1000, 0), MakeCorpus(1000, uint64_t{1} << 63));
}

TEST(Corpus, IsPlainTextInParagraphs) {
  const std::string text = MakeCorpus(2'000'000, 3);
  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  EXPECT_EQ(text.find_first_of("{}[]|/=^<>"), std::string::npos);  // marks of the rules
  for (const char* wrong :
       {"  ", " \n", "\n ", "\n\n\n", " .", " ,", "..", "?.", ",.", "!.", ". a ", ". the "})
    EXPECT_EQ(text.find(wrong), std::string::npos) << '"' << wrong << '"';
  std::smatch match;
  EXPECT_FALSE(std::regex_search(text, match, std::regex("\\b(a [aeiou]|an [^aeiou])\\w*"))) << match.str();
  // After a quotation comes the speaker, or a new sentence.
  const std::regex after(
      "[!?]\" (?!said|asked|answered|called|laughed|replied|shouted|whispered|he |she )[a-z]\\w*");
  EXPECT_FALSE(std::regex_search(text, match, after)) << match.str();
}

}  // namespace
}  // namespace atome::harness
