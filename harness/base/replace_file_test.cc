#include "harness/base/replace_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "harness/base/file.h"
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
