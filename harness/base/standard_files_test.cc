#include "harness/base/standard_files.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

namespace atome::harness {
namespace {

int LowestFree() {
  const int file = dup(STDERR_FILENO);
  close(file);
  return file;
}

TEST(GuardStandardFiles, OpensOnlyWhatIsClosed) {
  const int kept = dup(STDIN_FILENO);
  ASSERT_GE(kept, 0);
  auto* const pipe = std::signal(SIGPIPE, SIG_DFL);
  auto* const size = std::signal(SIGXFSZ, SIG_DFL);
  const int free = LowestFree();
  GuardStandardFiles();
  EXPECT_EQ(LowestFree(), free) << "all were open";
  close(STDIN_FILENO);
  GuardStandardFiles();
  EXPECT_EQ(LowestFree(), free) << "standard input is open again";
  char byte = 0;
  EXPECT_EQ(read(STDIN_FILENO, &byte, 1), 0) << "as an empty file";
  EXPECT_EQ(std::signal(SIGPIPE, pipe), SIG_IGN);
  EXPECT_EQ(std::signal(SIGXFSZ, size), SIG_IGN);
  dup2(kept, STDIN_FILENO);
  close(kept);
}

TEST(WhyNotPrinted, SaysNoReasonWhereTheSystemGaveNone) {
  EXPECT_EQ(WhyNotPrinted(), "");
  std::cout.setstate(std::ios::badbit);  // an earlier print failed, and its reason is gone
  const std::string why = WhyNotPrinted();
  std::cout.clear();
  EXPECT_EQ(why, "cannot write to standard output");
}

}  // namespace
}  // namespace atome::harness
