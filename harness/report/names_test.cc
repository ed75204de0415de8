#include "harness/report/names.h"

#include <gtest/gtest.h>

#include "harness/base/random.h"
#include "harness/base/terminal.h"

namespace atome::harness::report {
namespace {

TEST(ShownCore, IsTheTitleInTheTableOfCores) {
  EXPECT_EQ(ShownCore("m4f"), "Cortex-M4F");
  EXPECT_EQ(ShownCore("m0plus"), "Cortex-M0+");
  EXPECT_EQ(ShownCore("m4"), "Cortex-M4");
  EXPECT_EQ(ShownCore("host-simd"), "host-simd");
  EXPECT_EQ(ShownCore(""), "");
}

TEST(ShortModel, IsTheSizeWhereThatIsTheName) {
  EXPECT_EQ(ShortModel("atome_60k.atome03"), "60K");
  EXPECT_EQ(ShortModel("atome_2m.atome03"), "2M");
  EXPECT_EQ(ShortModel("atome_60k.atome01"), "60K.atome01") << "another file of the same weights";
  EXPECT_EQ(ShortModel("tiny_ties.atome03"), "tiny_ties");
  EXPECT_EQ(ShortModel("tiny_plain_int8.plain01"), "tiny_plain_int8");
  EXPECT_EQ(ShortModel("ternary_60k-s0.atome03"), "ternary_60k-s0");
  EXPECT_EQ(ShortModel("atome_k.atome03"), "atome_k");
  EXPECT_EQ(ShortModel("model"), "model");
  EXPECT_EQ(ShortModel(""), "");
}

TEST(FunctionName, LeavesTheNameOnly) {
  EXPECT_EQ(FunctionName("main"), "main");
  EXPECT_EQ(FunctionName("void atome::op::Embed<atome::FixedShape<256u, 2u> >(int const*, unsigned)"),
            "atome::op::Embed");
  EXPECT_EQ(FunctionName("atome::(anonymous namespace)::Run()"), "atome::Run");
  EXPECT_EQ(FunctionName("atome::Line::Size() const"), "atome::Line::Size");
  EXPECT_EQ(FunctionName("0x00001234"), "0x00001234");
  EXPECT_EQ(FunctionName("operator<"), "operator<");
  EXPECT_EQ(FunctionName("int step2operator<int>(int)"), "step2operator") << "a name that ends so";
  EXPECT_EQ(FunctionName("int Table<4>2(int)"), "Table2") << "no number of a lambda";
}

TEST(ShortSymbol, IsClassAndFunction) {
  EXPECT_EQ(ShortSymbol("unsigned long atome::q15::op::Sparse<atome::q15::ActiveShape>::Attend<short, "
                        "atome::q15::op::Sparse<atome::q15::ActiveShape>::Run(atome::q15::Workspace<atome::"
                        "q15::ActiveShape>&, unsigned long)::{lambda(unsigned long)#1}>(atome::q15::Workspace"
                        "<atome::q15::ActiveShape>&, unsigned long, short const*)"),
            "Sparse::Attend");
  EXPECT_EQ(ShortSymbol("atome::(anonymous namespace)::Since(unsigned long) [clone .constprop.0]"), "Since");
  EXPECT_EQ(ShortSymbol("atome::(anonymous namespace)::Demonstrate(atome::(anonymous namespace)::Device "
                        "const&)::kPrompt"),
            "Demonstrate::kPrompt");
  EXPECT_EQ(ShortSymbol("atome::ColumnsChecker<atome::FixedShape<(unsigned short)256, 3> >::Check("
                        "atome_location*)::kNames"),
            "ColumnsChecker::Check::kNames");
  EXPECT_EQ(ShortSymbol("bool atome::plain::Session::Pass<atome::plain::Fp32>(unsigned long, float*)"),
            "Session::Pass");
  EXPECT_EQ(ShortSymbol("atome::q15::kTritTable"), "kTritTable");
  EXPECT_EQ(ShortSymbol("atome::ByteTrits::Next() const"), "ByteTrits::Next");
  EXPECT_EQ(
      ShortSymbol("atome::plain::Walk(int)::{lambda(unsigned long)#12}::operator()(unsigned long) const"),
      "Walk::{lambda}::operator()");
}

TEST(ShortSymbol, LeavesOtherNames) {
  for (const char* name : {"atome_step", "__aeabi_fadd", "CSWTCH.283", "main", "std::terminate", ""})
    EXPECT_EQ(ShortSymbol(name), name);
  EXPECT_EQ(ShortSymbol("std::vector<int, std::allocator<int> >::push_back(int&&)"),
            "std::vector::push_back");
  EXPECT_EQ(ShortSymbol("vtable for atome::Runner"), "vtable for Runner");
  EXPECT_EQ(ShortSymbol("guard variable for foo(int)::once"), "guard variable for foo::once");
  EXPECT_EQ(ShortSymbol("my::Big::operator bool() const"), "my::Big::operator bool");
  EXPECT_EQ(ShortSymbol("std::ostream& operator<<(std::ostream&, my::Big const&)"), "operator<<");
  EXPECT_EQ(ShortSymbol("my::Big::operator->()"), "my::Big::operator->");
  EXPECT_EQ(ShortSymbol("(anonymous namespace)::helper(int)"), "helper");
  EXPECT_EQ(ShortSymbol("<>()"), "<>()") << "nothing would be left";
}

TEST(ShortSymbol, IsBounded) {
  EXPECT_EQ(ShortSymbol("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(ShortSymbol("abcdefghi", 8), "abcde...");
  EXPECT_EQ(ShortSymbol("äöüäöü", 5), "äö...");
}

TEST(ShortSymbol, TakesAnyBytes) {
  static constexpr std::string_view kWords[] = {
      "atome::",  "<",        ">",  "(",       ")",    "{",   "}", " ",      "::",    "(anonymous namespace)",
      "operator", "{lambda(", "#1", " [clone", "Name", "low", "]", " const", " for ", "\xc3\xa4",
      "&",        "-"};
  Random random(5);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (uint32_t i = random.Below(14); i > 0; --i)
      text += kWords[random.Below(static_cast<uint32_t>(std::size(kWords)))];
    const std::string name = ShortSymbol(text);
    EXPECT_LE(WidthOf(name), kMostShortSymbol) << text;
    EXPECT_EQ(name.empty(), text.empty()) << text;
    EXPECT_EQ(ShortSymbol(text), name);
  }
}

}  // namespace
}  // namespace atome::harness::report
