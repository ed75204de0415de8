#include "harness/base/child_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using harness::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Heard {
  Result<int> code;
  std::vector<std::string> lines;
};

Heard Shell(const std::string& script, const std::string& folder = "/") {
  std::vector<std::string> lines;
  Result<int> code = RunChild({"/bin/sh", "-c", script}, folder,
                              [&lines](std::string_view line) { lines.emplace_back(line); });
  return {std::move(code), std::move(lines)};
}

TEST(RunChild, GivesLinesOfBothStreamsAndTheCode) {
  const Heard heard = Shell("echo one; echo two >&2; printf 'a\\rb'; exit 7");
  ASSERT_TRUE(heard.code.ok());
  EXPECT_EQ(*heard.code, 7);
  EXPECT_THAT(heard.lines, ElementsAre("one", "two", "a", "b"));
}

TEST(RunChild, StartsInTheFolder) {
  const TemporaryFolder folder;
  const Heard heard = Shell("pwd", folder.path());
  EXPECT_THAT(heard.lines, ElementsAre(folder.path().string()));
}

TEST(RunChild, TellsTheSignal) { EXPECT_EQ(*Shell("kill -9 $$").code, 128 + SIGKILL); }

TEST(RunChild, SaysWhatCannotBeStarted) {
  const Result<int> none = RunChild({"/no/such/program"}, "/", [](std::string_view) {});
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().message, HasSubstr("/no/such/program"));
  const Heard nowhere = Shell("true", "/no/such/folder");
  ASSERT_FALSE(nowhere.code.ok());
  EXPECT_THAT(nowhere.code.error().message, HasSubstr("/no/such/folder"));
}

bool Alive(pid_t process) { return kill(process, 0) == 0; }

// Else a trainer would go on beside the one that the next run starts.
TEST(RunChild, DiesWithItsParent) {
  const TemporaryFolder folder;
  const std::string note = (folder.path() / "child").string();
  const pid_t parent = fork();
  if (parent == 0) {
    const auto ignored = RunChild({"/bin/sh", "-c", "echo $$ > child.new; mv child.new child; exec sleep 60"},
                                  folder.path(), [](std::string_view) {});
    _exit(ignored.ok() ? 0 : 1);
  }
  pid_t child = 0;
  for (int i = 0; i < 500 && child == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::ifstream(note) >> child;
  }
  ASSERT_GT(child, 0);
  EXPECT_TRUE(Alive(child));
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  for (int i = 0; i < 500 && Alive(child); ++i) {
    // Whoever adopts it must also bury it; a zombie is dead enough.
    std::ifstream stat("/proc/" + std::to_string(child) + "/stat");
    std::string id, name, state;
    if (stat >> id >> name >> state && state == "Z") return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_FALSE(Alive(child));
}

}  // namespace
}  // namespace atome::harness
