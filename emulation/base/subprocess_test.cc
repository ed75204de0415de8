#include "emulation/base/subprocess.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

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
                        .deadline = steady_clock::now() + limit});
}

TEST(Subprocess, CapturesOutputAndLogApart) {
  const SubprocessResult result = Shell("echo data >&3; echo out; echo err >&2; exit 5");
  EXPECT_EQ(result.end, End::kExited);
  EXPECT_EQ(result.code, 5);
  EXPECT_EQ(result.output, "data\n");
  EXPECT_EQ(result.log, "out\nerr\n");
}

TEST(Subprocess, TellsSignals) {
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

TEST(Subprocess, SaysWhatCannotBeStarted) {
  const SubprocessResult result = RunSubprocess({.arguments = {"/no/such/program"}});
  EXPECT_EQ(result.end, End::kNotStarted);
  EXPECT_EQ(result.code, ENOENT);
  EXPECT_EQ(result.error, "cannot start /no/such/program in .: No such file or directory");
  EXPECT_EQ(RunSubprocess({.arguments = {"/bin/true"}, .folder = "/no/such/folder"}).error,
            "cannot start /bin/true in /no/such/folder: No such file or directory");
}

// Of a program that is trusted.
std::vector<std::string> Lines(const std::string& script, const std::string& folder, int exit_code = 0) {
  std::vector<std::string> lines;
  const SubprocessResult result =
      RunSubprocess({.arguments = {"/bin/sh", "-c", script},
                     .folder = folder,
                     .trusted = true,
                     .on_line = [&lines](std::string_view line) { lines.emplace_back(line); }});
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.exit_code(), exit_code);
  return lines;
}

TEST(Subprocess, GivesLinesOfBothStreams) {
  EXPECT_EQ(Lines("echo one; echo two >&2; printf 'a\\rb'; exit 7", "/", 7),
            (std::vector<std::string>{"one", "two", "a", "b"}));
  EXPECT_EQ(Lines("kill -9 $$", "/", 128 + SIGKILL), std::vector<std::string>{});
}

TEST(Subprocess, TrustedStartsInItsFolderAsThoughByTheUser) {
  setenv("ATOME_TEST_SECRET", "shared", 1);
  const std::string group = std::to_string(getpgrp());
  EXPECT_EQ(Lines("pwd; echo $ATOME_TEST_SECRET; cut -d ' ' -f 5 /proc/$$/stat", "/usr"),
            (std::vector<std::string>{"/usr", "shared", group}));
  unsetenv("ATOME_TEST_SECRET");
}

bool Alive(pid_t process) {
  // Whoever adopts it must also bury it; a zombie is dead enough.
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string id, name, state;
  return stat >> id >> name >> state && state != "Z";
}

// Else a trainer would go on beside the one that the next run starts.
TEST(Subprocess, DiesWithItsParent) {
  const std::string note = ::testing::TempDir() + "atome_subprocess_" + std::to_string(getpid());
  const pid_t parent = fork();
  if (parent == 0) {
    const std::string script = "echo $$ > " + note + ".new; mv " + note + ".new " + note + "; exec sleep 60";
    _exit(RunSubprocess({.arguments = {"/bin/sh", "-c", script}, .trusted = true}).error.empty() ? 0 : 1);
  }
  pid_t child = 0;
  for (int i = 0; i < 500 && child == 0; ++i) {
    std::this_thread::sleep_for(milliseconds(20));
    std::ifstream(note) >> child;
  }
  std::remove(note.c_str());
  ASSERT_GT(child, 0);
  EXPECT_TRUE(Alive(child));
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  for (int i = 0; i < 500 && Alive(child); ++i) std::this_thread::sleep_for(milliseconds(20));
  EXPECT_FALSE(Alive(child));
}

TEST(FindProgram, LooksOnPath) {
  EXPECT_FALSE(FindProgram("sh").empty());
  EXPECT_EQ(FindProgram("/bin/sh"), "/bin/sh");
  EXPECT_EQ(FindProgram("no-such-program"), "");
  EXPECT_EQ(FindProgram("/no/such/program"), "");
}

TEST(FindProgram, LooksInTheUsualFoldersWithoutPath) {
  const char* const path = std::getenv("PATH");
  const std::string kept = path == nullptr ? "" : path;
  unsetenv("PATH");
  const std::string found = FindProgram("sh");
  if (path != nullptr) setenv("PATH", kept.c_str(), 1);
  EXPECT_TRUE(found == "/usr/bin/sh" || found == "/bin/sh") << found;
}

// Descriptor 0 is one like others.
TEST(FileDescriptor, ClosesTheFirstToo) {
  const int kept = dup(0);
  if (kept < 0) GTEST_SKIP() << "there is no standard input";
  FileDescriptor(0).Close();
  const bool closed = fcntl(0, F_GETFD) < 0;
  dup2(kept, 0);
  close(kept);
  EXPECT_TRUE(closed);
}

}  // namespace
}  // namespace atome::emulation
