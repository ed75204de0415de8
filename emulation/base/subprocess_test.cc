#include "emulation/base/subprocess.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>

namespace atome::emulation {
namespace {

using End = SubprocessResult::End;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

SubprocessResult Shell(const std::string& script, milliseconds limit = milliseconds(20000),
                       size_t bytes = 1000) {
  return RunSubprocess({.arguments = {"/bin/sh", "-c", script},
                        .descriptors = {kOutputPipe},
                        .output_limit_bytes = bytes,
                        .deadline = steady_clock::now() + limit,
                        .give_up = {}});
}

TEST(Subprocess, CapturesOutputAndLogApart) {
  const SubprocessResult result = Shell("echo data >&3; echo out; echo err >&2; exit 5");
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.code, 5);
  EXPECT_EQ(result.output, "data\n");
  EXPECT_EQ(result.log, "out\nerr\n");
}

TEST(Subprocess, ReportsSignals) {
  const SubprocessResult result = Shell("kill -USR1 $$");
  EXPECT_EQ(result.end, End::kSignalled);
  EXPECT_EQ(result.code, SIGUSR1);
}

TEST(Subprocess, KillsTheGroupAtTheDeadline) {
  const auto begin = steady_clock::now();
  const SubprocessResult result = Shell("sleep 100 & echo $! >&3; sleep 100", milliseconds(300));
  EXPECT_EQ(result.end, End::kDeadline);
  EXPECT_LT(steady_clock::now() - begin, milliseconds(5000));
  const int grandchild = std::atoi(result.output.c_str());
  ASSERT_GT(grandchild, 0);
  // Killed; whoever inherited it may not have collected it yet.
  std::string state(1, ' ');
  if (FILE* file = std::fopen(("/proc/" + std::to_string(grandchild) + "/stat").c_str(), "r")) {
    char letter = ' ';
    if (std::fscanf(file, "%*d %*s %c", &letter) == 1) state[0] = letter;
    std::fclose(file);
  }
  EXPECT_NE(state, "S") << "the grandchild still sleeps";
}

TEST(Subprocess, TheDeadlineHoldsAfterThePipesAreClosed) {
  EXPECT_EQ(Shell("exec 1>&- 2>&- 3>&-; sleep 100", milliseconds(300)).end, End::kDeadline);
}

TEST(Subprocess, CapsTheOutputAndKeepsTheLogsTail) {
  const SubprocessResult flood = Shell("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done >&3");
  EXPECT_EQ(flood.end, End::kOutputLimit);
  EXPECT_EQ(flood.output.size(), 1000u);
  const SubprocessResult chatter = Shell("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done");
  EXPECT_EQ(chatter.end, End::kExited);
  EXPECT_LE(chatter.log.size(), size_t{64} << 10);
  EXPECT_TRUE(chatter.log.ends_with("line 19999\n"));
}

TEST(Subprocess, GivesUpWhenAsked) {
  SubprocessRequest request{.arguments = {"/bin/sleep", "100"},
                            .descriptors = {},
                            .output_limit_bytes = 10,
                            .deadline = steady_clock::now() + milliseconds(20000),
                            .give_up = [] { return true; }};
  EXPECT_EQ(RunSubprocess(request).end, End::kGaveUp);
}

TEST(Subprocess, PassesNeitherInputNorEnvironment) {
  setenv("ATOME_TEST_SECRET", "secret", 1);
  const SubprocessResult result = Shell("cat; echo \"[$ATOME_TEST_SECRET$LC_ALL]\"; ls /proc/self/fd");
  unsetenv("ATOME_TEST_SECRET");
  EXPECT_EQ(result.log.substr(0, 4), "[C]\n");
  EXPECT_EQ(result.log.find("5\n"), std::string::npos) << "descriptors of ours: " << result.log;
}

TEST(Subprocess, MissingProgramIsNotStarted) {
  const SubprocessResult result = RunSubprocess({.arguments = {"/no/such/program"},
                                                 .descriptors = {},
                                                 .output_limit_bytes = 0,
                                                 .deadline = steady_clock::now() + milliseconds(1000),
                                                 .give_up = {}});
  EXPECT_EQ(result.end, End::kNotStarted);
  EXPECT_EQ(result.code, ENOENT);
}

TEST(FindProgram, LooksOnPath) {
  EXPECT_FALSE(FindProgram("sh").empty());
  EXPECT_EQ(FindProgram("/bin/sh"), "/bin/sh");
  EXPECT_EQ(FindProgram("no-such-program"), "");
  EXPECT_EQ(FindProgram("/no/such/program"), "");
}

}  // namespace
}  // namespace atome::emulation
