#include "harness/report/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/base/text.h"
#include "harness/base/version.h"
#include "harness/testing/repository.h"

namespace atome::harness::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Environment, SaysDateToolsCommitAndHost) {
  const testing::ScopedVariable commit("ATOME_COMMIT", "0123abc-dirty");
  const emulation::Machine* machines[] = {&emulation::UnicornMachine()};
  const Environment environment =
      EnvironmentSince(std::chrono::system_clock::time_point(std::chrono::seconds(951782400)), machines);
  EXPECT_EQ(environment.date, "2000-02-29T00:00:00Z");
  EXPECT_EQ(environment.harness_version, Version());
  EXPECT_EQ(environment.commit, "0123abc-dirty");
  EXPECT_THAT(environment.tools.at("compiler"), StartsWith("GCC "));
  EXPECT_NE(environment.tools.at("unicorn"), "");
  EXPECT_EQ(environment.tools.count("qemu"), 0u);
  EXPECT_THAT(environment.host, HasSubstr(", "));
  EXPECT_THAT(environment.host, Not(HasSubstr("\"")));
}

void Git(const std::filesystem::path& folder, const std::string& words) {
  const std::string command =
      StrCat("git -C ", folder.string(), " -c user.name=a -c user.email=a@b ", words, " >/dev/null 2>&1");
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

TEST(Environment, ACheckoutNamesItsCommit) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(CommitOf(folder.path()), Commit()) << "no checkout: the program's own";
  Git(folder.path(), "init");
  EXPECT_EQ(CommitOf(folder.path()), "") << "no commit yet";
  std::ofstream(folder.path() / "tracked") << "1";
  Git(folder.path(), "add tracked");
  Git(folder.path(), "commit -m first");
  std::ofstream(folder.path() / "untracked") << "1";
  const std::string clean = CommitOf(folder.path());
  EXPECT_EQ(clean.size(), 40u);
  EXPECT_EQ(clean.find_first_not_of("0123456789abcdef"), std::string::npos) << clean;
  std::ofstream(folder.path() / "tracked") << "2";
  EXPECT_EQ(CommitOf(folder.path()), clean + "-dirty");
  Git(folder.path(), "add tracked");
  EXPECT_EQ(CommitOf(folder.path()), clean + "-dirty") << "staged";
  Git(folder.path(), "commit -m second");
  EXPECT_NE(CommitOf(folder.path()), clean);
  EXPECT_EQ(CommitOf(folder.path()).size(), 40u);
  std::filesystem::rename(folder.path() / ".git/HEAD", folder.path() / ".git/gone");
  EXPECT_EQ(CommitOf(folder.path()), "") << "git does not know it";
}

TEST(Environment, AnEmptyVariableIsNone) {
  const testing::ScopedVariable commit("ATOME_COMMIT", "");
  const testing::TemporaryFolder folder;
  const testing::ScopedVariable data("ATOME_DATA", folder.path().string());
  EXPECT_EQ(EnvironmentSince(std::chrono::system_clock::time_point(), {}).commit, Commit());
}

}  // namespace
}  // namespace atome::harness::report
