#include "harness/report/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/testing/repository.h"

namespace atome::harness::report {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

TEST(Quoted, LeavesPlainWordsAlone) {
  EXPECT_EQ(Quoted("golden/models/a-1.atome03"), "golden/models/a-1.atome03");
  EXPECT_EQ(Quoted("vocab_size=256,d_model=64"), "vocab_size=256,d_model=64");
  EXPECT_EQ(Quoted(""), "''");
  EXPECT_EQ(Quoted("Once upon"), "'Once upon'");
  EXPECT_EQ(Quoted("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(Quoted("\xc3\xa9"), "'\xc3\xa9'");
}

TEST(FromRoot, IsRelativeInside) {
  EXPECT_EQ(FromRoot(ATOME_SOURCE_DIR "/golden/../golden/a"), "golden/a");
  EXPECT_EQ(FromRoot("/elsewhere/a"), "/elsewhere/a");
  EXPECT_EQ(FromRoot(ATOME_SOURCE_DIR "-other/a"), ATOME_SOURCE_DIR "-other/a");
}

TEST(CommandLine, LeavesOutWhatDoesNotApply) {
  CommandLine line("cycles");
  line.Path("/a b").Option("--board", "").Option("--core", "m0").Word("--taps");
  EXPECT_THAT(line.text(), EndsWith(" cycles '/a b' --core m0 --taps"));
  const testing::ScopedVariable folder("ATOME_FIRMWARE_DIR", "/f w");
  EXPECT_THAT(CommandLine("size").text(), StartsWith("ATOME_FIRMWARE_DIR='/f w' "));
}

}  // namespace
}  // namespace atome::harness::report
