#include "harness/perplexity/text_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace atome::harness {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::string_view_literals;

std::vector<std::string> Of(std::string_view bytes, TextUnit unit = TextUnit::kByte) {
  EvaluationText text{"my.txt", {}, "", unit, {}};
  for (const char c : bytes) text.tokens.push_back(static_cast<unsigned char>(c));
  return TextWarnings(text);
}

TEST(TextWarnings, AreNoneOfPlainUtf8) {
  EXPECT_THAT(Of("Once upon a time\n\tthere was\n"), IsEmpty());
  EXPECT_THAT(Of("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x90\xA2 \xEF\xBF\xBD \xF4\x8F\xBF\xBF"), IsEmpty());
  EXPECT_THAT(Of("the end is cut \xE2\x82"), IsEmpty());
  EXPECT_THAT(Of("\r alone, \n\r turned round"), IsEmpty());
  EXPECT_THAT(Of("\xFF\xFE\x00\x01\r\n"sv, TextUnit::kToken), IsEmpty());
}

TEST(TextWarnings, NameTheRemedy) {
  EXPECT_THAT(Of("\xEF\xBB\xBFOnce"),
              ElementsAre(AllOf(HasSubstr("warning: my.txt: begins with a byte-order mark"),
                                HasSubstr("tail -c +4 'my.txt'"))));
  EXPECT_THAT(Of("a\r\nb\r\n\r\n"), ElementsAre(AllOf(HasSubstr("has 3 lines that end in CR LF"),
                                                      HasSubstr("tr -d '\\r' < 'my.txt'"))));
  EXPECT_THAT(Of("caf\xE9 au lait"), ElementsAre(AllOf(HasSubstr("is not UTF-8 from offset 3 on (byte 0xe9)"),
                                                       HasSubstr("iconv -f ISO-8859-1 -t UTF-8 'my.txt'"))));
  EXPECT_THAT(Of("\xFF\xFEO\0n\0c\0e\0"sv),
              ElementsAre(AllOf(HasSubstr("is probably UTF-16"), HasSubstr("iconv -f UTF-16 -t UTF-8"))));
  EXPECT_THAT(Of("O\0n\0c\0e\0"sv), ElementsAre(HasSubstr("iconv -f UTF-16LE -t UTF-8")));
  EXPECT_THAT(Of("a text with one\0byte"sv), ElementsAre(HasSubstr("contains 1 zero bytes")));
  EXPECT_THAT(Of("\xEF\xBB\xBF\xE4\r\n"), ::testing::SizeIs(3)) << "each is named";
}

TEST(TextWarnings, KnowWhatUtf8Forbids) {
  for (const char* bad : {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xC3(", "\xE2\x82(", "\xF0\x9F\x90("})
    EXPECT_THAT(Of(bad), ElementsAre(HasSubstr("not UTF-8 from offset 0 on"))) << bad;
}

}  // namespace
}  // namespace atome::harness
