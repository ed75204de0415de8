#include "harness/base/replace_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <thread>
#include <vector>

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TemporaryFolder;

size_t FilesIn(const TemporaryFolder& folder) {
  return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder.path()), {}));
}

TEST(ReplaceFile, WritesAndReplaces) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "file").string();
  const std::string bytes("a\0\r\n\xff", 5);
  EXPECT_EQ(ReplaceFile(path, "longer than what follows"), "");
  EXPECT_EQ(ReplaceFile(path, bytes), "");
  EXPECT_EQ(*ReadFile(path), bytes);
  EXPECT_EQ(FilesIn(folder), 1u);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  const mode_t mask = umask(0);
  umask(mask);
  EXPECT_EQ(status.st_mode & 0777, 0666 & ~mask) << "as any new file";
}

// A symbolic link in the folder.
std::string Link(const TemporaryFolder& folder, const char* name, const std::string& target) {
  const std::filesystem::path link = folder.path() / name;
  std::filesystem::create_symlink(target, link);
  return link.string();
}

// A memory device: whom a wrong line would let replace the real one can make another.
std::string Device(const TemporaryFolder& folder, const char* name, unsigned int number) {
  const std::string node = (folder.path() / name).string();
  return mknod(node.c_str(), S_IFCHR | 0600, makedev(1, number)) == 0 ? node : StrCat("/dev/", name);
}

TEST(ReplaceFile, WritesIntoAFifo) {
  const TemporaryFolder folder;
  const std::string fifo = (folder.path() / "fifo").string();
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  for (const std::string& name : {fifo, Link(folder, "link", "fifo")}) {
    std::string got;
    std::thread reader([&] { got = *ReadFile(fifo); });
    EXPECT_EQ(ReplaceFile(name, "into it"), "");
    reader.join();
    EXPECT_EQ(got, "into it");
    EXPECT_TRUE(std::filesystem::is_fifo(fifo));
  }
  EXPECT_EQ(FilesIn(folder), 2u);
}

TEST(ReplaceFile, WritesIntoADevice) {
  const TemporaryFolder folder;
  const std::string null = Device(folder, "null", 3), full = Device(folder, "full", 7);
  const std::vector<std::string> devices{Link(folder, "link", null), null};
  for (const std::string& device : devices) {
    EXPECT_EQ(WhyNotWritable(device), "");
    EXPECT_EQ(ReplaceFile(device, "gone"), "") << device;
    EXPECT_TRUE(std::filesystem::is_character_file(device)) << device;
  }
  EXPECT_TRUE(std::filesystem::is_symlink(devices.front()));
  EXPECT_THAT(ReplaceFile(full, "x"),
              StartsWith(full + ": cannot write: No space left on device; make room"));
}

TEST(ReplaceFile, KeepsALink) {
  const TemporaryFolder folder, other;
  const std::string target = (other.path() / "target").string();
  const std::string link = Link(folder, "link", Link(folder, "further", target));
  for (const char* text : {"first", "second"}) {
    EXPECT_EQ(WhyNotWritable(link), "");
    EXPECT_EQ(ReplaceFile(link, text), "");
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    EXPECT_EQ(*ReadFile(target), text);
  }
  EXPECT_EQ(FilesIn(folder), 2u);
  EXPECT_EQ(FilesIn(other), 1u);
  const std::string loop = Link(folder, "loop", "loop");
  EXPECT_THAT(ReplaceFile(loop, "x"), StartsWith(loop + ": cannot write: ")) << "or replaces the link itself";
  EXPECT_TRUE(std::filesystem::is_symlink(loop));
}

// A file that is standard output is not replaced below what was and will be printed.
TEST(ReplaceFile, GoesOnInStandardOutput) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "out").string();
  std::fflush(stdout);
  const int before = dup(STDOUT_FILENO);
  const int file = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
  dup2(file, STDOUT_FILENO);
  std::cout << "before ";
  const std::string link = Link(folder, "stdout", "/proc/self/fd/1");  // as /dev/stdout
  EXPECT_EQ(WhyNotWritable(link), "");
  EXPECT_EQ(ReplaceFile(link, "in between"), "");
  std::cout << " after" << std::flush;
  dup2(before, STDOUT_FILENO);
  close(before);
  close(file);
  EXPECT_EQ(*ReadFile(path), "before in between after");
}

TEST(ReplaceFile, IsToldBeforehand) {
  const TemporaryFolder folder;
  const std::string inside = (folder.path() / "none/file").string();
  EXPECT_EQ(WhyNotWritable(inside),
            StrCat(inside, ": cannot write: No such file or directory; make its folder with mkdir -p ",
                   (folder.path() / "none").string(), ", or name another file"));
  EXPECT_EQ(WhyNotWritable(inside), ReplaceFile(inside, "x"));
  EXPECT_THAT(WhyNotWritable(folder.path().string()), HasSubstr(": it is a folder; name a file in it"));
  EXPECT_EQ(WhyNotWritable(folder.path().string()), ReplaceFile(folder.path().string(), "x"));
  EXPECT_NE(WhyNotWritable(""), "");
  EXPECT_NE(WhyNotWritable((folder.path() / "none/").string()), "");
  const std::string below = (folder.path() / "plain/x").string();
  EXPECT_EQ(ReplaceFile((folder.path() / "plain").string(), "x"), "");
  EXPECT_EQ(WhyNotWritable(below),
            StrCat(below, ": cannot write: Not a directory; name a file in a folder that you may write"));
  EXPECT_EQ(WhyNotWritable((folder.path() / "plain").string()), "");
  EXPECT_EQ(WhyNotWritable((folder.path() / "new").string()), "");
  if (geteuid() != 0) EXPECT_THAT(WhyNotWritable("/x"), HasSubstr("Permission denied; name a file"));
  EXPECT_EQ(FilesIn(folder), 1u);
}

TEST(ReplaceFile, FailsWithoutATrace) {
  const TemporaryFolder folder;
  EXPECT_THAT(ReplaceFile((folder.path() / "none/file").string(), "x"),
              HasSubstr("none/file: cannot write: No such file or directory"));
  const std::string inner = (folder.path() / "inner").string();
  std::filesystem::create_directories(inner + "/full");
  EXPECT_THAT(ReplaceFile(inner, "x"), StartsWith(inner + ": cannot write: "));
  EXPECT_EQ(FilesIn(folder), 1u);
}

}  // namespace
}  // namespace atome::harness
