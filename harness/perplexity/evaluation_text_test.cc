#include "harness/perplexity/evaluation_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/file.h"
#include "harness/base/random.h"
#include "harness/base/text.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::ErrorOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kTwoBytesEach("\x02\x00\x2d\x01\xff\xff", 6);  // 2, 301, 65535

class LoadTokensTest : public ::testing::Test {
 protected:
  Result<EvaluationText> Load(const std::string& name, std::string_view content) const {
    return LoadTokens(folder_.Write(name, content));
  }
  std::string Wrong(std::string_view json) const { return ErrorOf(Load("t.jsonl", json)); }

  testing::TemporaryFolder folder_;
};

TEST(LoadText, TheBuiltInCorpusStandsIn) {
  const auto text = LoadText(std::nullopt);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->tokens.size(), 500000u);
  EXPECT_THAT(text->path, HasSubstr("built-in corpus"));
  EXPECT_TRUE(LoadText("/nothing/there").missing());
}

TEST(LoadText, TokensAreBytes) {
  const testing::TemporaryFolder folder;
  const auto text = LoadText(folder.Write("text", "a\xff\n"));
  ASSERT_TRUE(text.ok());
  EXPECT_THAT(text->tokens, ElementsAre(97, 255, 10));
  EXPECT_EQ(text->sha256, Sha256Hex("a\xff\n"));
  EXPECT_EQ(text->PlaceOf(2), "offset 2");
}

TEST_F(LoadTokensTest, BothFormsAreTheSameTokens) {
  const auto numbers = Load("t.u16", kTwoBytesEach);
  const auto lines = Load("t.jsonl", "[2, 301]\n\n []\t\r\n[ 65535 ]");
  ASSERT_TRUE(numbers.ok() && lines.ok());
  EXPECT_THAT(numbers->tokens, ElementsAre(2, 301, 65535));
  EXPECT_EQ(lines->tokens, numbers->tokens);
  EXPECT_EQ(lines->unit, TextUnit::kToken);
  EXPECT_EQ(numbers->sha256, Sha256Hex(kTwoBytesEach));
  EXPECT_EQ(lines->sha256, numbers->sha256);
  EXPECT_EQ(numbers->PlaceOf(2), "offset 4");
  EXPECT_EQ(lines->PlaceOf(0), "line 1, number 1");
  EXPECT_EQ(lines->PlaceOf(1), "line 1, number 2");
  EXPECT_EQ(lines->PlaceOf(2), "line 4, number 1");
}

TEST_F(LoadTokensTest, NamesWhatIsWrong) {
  EXPECT_TRUE(LoadTokens("/nothing/there.jsonl").missing());
  EXPECT_THAT(ErrorOf(Load("t.bin", "abc")), HasSubstr("has 3 bytes, but tokens as u16 take 2 bytes each"));
  EXPECT_THAT(ErrorOf(Load("t.bin", "")), HasSubstr("has no tokens"));
  EXPECT_THAT(Wrong("[]\n"), HasSubstr("has no tokens"));
  EXPECT_THAT(Wrong("[1]\n{}"), HasSubstr("t.jsonl: line 2, column 1: expected [, which begins an array"));
  EXPECT_THAT(Wrong("[1, ]"),
              HasSubstr("line 1, column 5: expected a token, a whole number from 0 to 65535"));
  for (const char* number :
       {"-1", "+1", "1.0", "1e2", "65536", "4294967297", "99999999999999999999", "x", "", "[1]"})
    EXPECT_THAT(Wrong(StrCat("[7, ", number, "]")), HasSubstr("column 5: expected a token")) << number;
  EXPECT_THAT(Wrong("[1 2]"), EndsWith("line 1, column 4: expected , or ]"));
  EXPECT_THAT(Wrong("[1"), EndsWith("line 1, column 3: expected , or ]"));
  EXPECT_THAT(Wrong("[1] [2]"), HasSubstr("line 1, column 5: expected the line's end"));
}

TEST_F(LoadTokensTest, RandomBytesNeverDoHarm) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string content;
    for (uint32_t left = random.Below(30); left > 0; --left) content += "[],0127. \n-\t\r9"[random.Below(14)];
    const auto text = Load("t.jsonl", content);
    if (!text.ok()) continue;
    for (size_t token = 0; token < text->tokens.size(); ++token)
      EXPECT_THAT(text->PlaceOf(token), HasSubstr("line "));
  }
}

TEST(WhyNotFor, BytesAreForTheirVocabulary) {
  Model model;
  model.path = "m.atome03";
  const EvaluationText text{"t.txt", {97, 255}, "", TextUnit::kByte, {}};
  model.config.vocab_size = 256;
  EXPECT_THAT(WhyNotFor(model, text), IsEmpty());
  for (const uint16_t other : {1, 98, 255, 257, 65535}) {
    model.config.vocab_size = other;
    EXPECT_THAT(WhyNotFor(model, text),
                HasSubstr(StrCat("m.atome03: has a vocabulary of ", other, " tokens")));
    EXPECT_THAT(WhyNotFor(model, text), HasSubstr("--tokens FILE"));
  }
}

TEST(WhyNotFor, TokensAreInTheVocabulary) {
  Model model;
  model.path = "m.atome03";
  model.config.vocab_size = 302;
  const EvaluationText text{"t.bin", {301, 0, '['}, "", TextUnit::kToken, {}};
  EXPECT_THAT(WhyNotFor(model, text), IsEmpty());
  model.config.vocab_size = 301;
  EXPECT_EQ(
      WhyNotFor(model, text),
      "t.bin: offset 0: token 301 is outside the vocabulary of m.atome03, which ends at 300; give tokens of "
      "this model's tokenizer");
  const EvaluationText json{"t.bin", {0x315b, 0x5d30}, "", TextUnit::kToken, {}};  // "[10]"
  EXPECT_THAT(WhyNotFor(model, json), EndsWith("if these are JSON lines, name them *.jsonl"));
}

}  // namespace
}  // namespace atome::harness
