#include "emulation/base/whole_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "emulation/base/subprocess.h"
#include "emulation/base/temporary_folder.h"

namespace atome::emulation {
namespace {

std::string Contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class WholeFileTest : public ::testing::Test {
 protected:
  std::filesystem::path Path(const std::string& name) const { return folder_.path() / name; }
  int Write(const std::string& name, std::string_view bytes) const {
    const FileDescriptor folder(open(folder_.path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    return WriteWholeFile(folder.get(), name, bytes);
  }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }
  using List = std::vector<std::string>;

  TemporaryFolder folder_;
};

TEST_F(WholeFileTest, WritesAndReplacesAndKeepsPermissions) {
  const std::string bytes("a\0\n\xff", 4);
  EXPECT_EQ(Write("file", "longer than what follows"), 0);
  ASSERT_EQ(chmod(Path("file").c_str(), 0640), 0);
  EXPECT_EQ(Write("file", bytes), 0);
  EXPECT_EQ(Contents(Path("file")), bytes);
  struct stat facts {};
  ASSERT_EQ(stat(Path("file").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0640u);
  EXPECT_EQ(Write("file", ""), 0);
  EXPECT_EQ(Contents(Path("file")), "");
  EXPECT_EQ(Names(), List{"file"});
}

TEST_F(WholeFileTest, ANameOfFullLengthIsPossible) {
  EXPECT_EQ(Write(std::string(255, 'n'), "x"), 0);
  EXPECT_EQ(Write(std::string(256, 'n'), "x"), ENAMETOOLONG);
  EXPECT_EQ(Names(), List{std::string(255, 'n')});
}

// Killed writers leave their files; a writer that lives holds the lock of its own.
TEST_F(WholeFileTest, WhatKilledWritersLeftIsClearedAndNothingElse) {
  const std::string left = ".atome-new-0123456789abcdef", alive = ".atome-new-fedcba9876543210";
  const List others = {".atome-new-0123456789abcde", ".atome-new-0123456789abcdeg", "other"};
  for (const std::string& name : others) std::ofstream(Path(name)) << "x";
  for (const std::string& name : {left, alive}) std::ofstream(Path(name)) << "half";
  const FileDescriptor held(open(Path(alive).c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(flock(held.get(), LOCK_EX), 0);
  EXPECT_EQ(Write("file", "x"), 0);
  List expected = others;
  expected.insert(expected.end(), {alive, "file"});
  std::ranges::sort(expected);
  EXPECT_EQ(Names(), expected);
}

TEST_F(WholeFileTest, AFolderInTheWayIsTold) {
  std::filesystem::create_directory(Path("folder"));
  EXPECT_EQ(Write("folder", "x"), EISDIR);
  EXPECT_EQ(Names(), List{"folder"});
  EXPECT_EQ(WriteWholeFile(-1, "file", "x"), EBADF);
}

TEST_F(WholeFileTest, WhereThereIsNoRoomTheOldContentStays) {
  ASSERT_EQ(Write("file", "old"), 0);
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit most{.rlim_cur = 100, .rlim_max = 100};
    setrlimit(RLIMIT_FSIZE, &most);
    _exit(Write("file", std::string(101, 'x')) == EFBIG && Write("other", std::string(100, 'x')) == 0 ? 0
                                                                                                      : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(Contents(Path("file")), "old");
  EXPECT_EQ(Names(), (List{"file", "other"}));
}

TEST_F(WholeFileTest, ReadersSeeWholeFilesWhileManyWrite) {
  constexpr int kWriters = 4, kTimes = 50;
  ASSERT_EQ(Write("file", std::string(5000, '0')), 0);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([this, writer] {
      for (int i = 0; i < kTimes; ++i)
        EXPECT_EQ(Write("file", std::string(5000, static_cast<char>('a' + writer))), 0);
    });
  }
  for (int i = 0; i < kTimes; ++i) {
    const std::string seen = Contents(Path("file"));
    EXPECT_EQ(seen, std::string(5000, seen.empty() ? '?' : seen.front()));
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Names(), List{"file"});
}

}  // namespace
}  // namespace atome::emulation
