#include "emulation/machine/granted_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "emulation/base/temporary_folder.h"

namespace atome::emulation {
namespace {

std::string Contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class GrantedFolderTest : public ::testing::Test {
 protected:
  GrantedFolderTest() {
    std::filesystem::create_directories(root_ / "sub");
    std::ofstream(root_ / "sub" / "file") << "inside";
    std::ofstream(above_.path() / "secret") << "outside";
    std::string why;
    granted_ = GrantedFolder::Open({.folder = root_, .writable = true}, why);
    EXPECT_TRUE(granted_) << why;
  }
  int Read(const std::string& name) {
    contents_.clear();
    return granted_->Read(name, 100, contents_);
  }

  TemporaryFolder above_;
  std::filesystem::path root_ = above_.path() / "root";
  std::optional<GrantedFolder> granted_;
  std::string contents_;
};

TEST_F(GrantedFolderTest, NamesAreNormalisedOrRefused) {
  std::string name;
  EXPECT_EQ(GrantedFolder::Normalise("./a//b/./c", name), 0);
  EXPECT_EQ(name, "a/b/c");
  EXPECT_EQ(GrantedFolder::Normalise("..a/b..", name), 0);
  for (const char* elsewhere : {"/", "/a", "..", "../a", "a/..", "a/../../b", "./.."})
    EXPECT_EQ(GrantedFolder::Normalise(elsewhere, name), EACCES) << elsewhere;
  EXPECT_EQ(GrantedFolder::Normalise("", name), ENOENT);
  EXPECT_EQ(GrantedFolder::Normalise(".", name), EISDIR);
  EXPECT_EQ(GrantedFolder::Normalise("a/", name), EISDIR);
  EXPECT_EQ(GrantedFolder::Normalise(std::string(1024, 'x'), name), 0);
  EXPECT_EQ(GrantedFolder::Normalise(std::string(1025, 'x'), name), ENAMETOOLONG);
}

TEST_F(GrantedFolderTest, ReadsRegularFilesOnly) {
  EXPECT_EQ(Read("sub/file"), 0);
  EXPECT_EQ(contents_, "inside");
  EXPECT_EQ(Read("sub/none"), ENOENT);
  EXPECT_EQ(Read("sub"), EISDIR);
  EXPECT_EQ(Read("sub/file/more"), ENOTDIR);
  ASSERT_EQ(mkfifo((root_ / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(Read("fifo"), EACCES) << "and does not wait for a writer";
  std::filesystem::create_symlink("../secret", root_ / "link");
  std::filesystem::create_symlink("sub/file", root_ / "inner");
  std::filesystem::create_symlink("..", root_ / "up");
  std::filesystem::create_symlink("/proc/self/root", root_ / "host");
  EXPECT_EQ(Read("link"), ELOOP);
  EXPECT_EQ(Read("inner"), ELOOP) << "links within the folder neither";
  EXPECT_EQ(Read("up/secret"), ENOTDIR);
  EXPECT_EQ(Read("host/etc/passwd"), ENOTDIR);
  contents_.clear();
  EXPECT_EQ(granted_->Read("sub/file", 5, contents_), EFBIG);
  contents_.clear();
  EXPECT_EQ(granted_->Read("sub/file", 6, contents_), 0);
}

TEST_F(GrantedFolderTest, ChangesAreMadeBelowTheFolderOnly) {
  std::filesystem::create_hard_link(above_.path() / "secret", root_ / "hard");
  EXPECT_EQ(granted_->Apply({{"hard", "changed"}, {"new", "one"}, {"sub/file", std::nullopt}}), "");
  EXPECT_EQ(Contents(root_ / "hard"), "changed");
  EXPECT_EQ(Contents(above_.path() / "secret"), "outside") << "another name of the same file";
  EXPECT_EQ(Contents(root_ / "new"), "one");
  EXPECT_FALSE(std::filesystem::exists(root_ / "sub" / "file"));
  std::filesystem::create_symlink("../secret", root_ / "link");
  std::filesystem::create_symlink("..", root_ / "up");
  EXPECT_NE(granted_->Apply({{"link", "x"}}), "");
  EXPECT_NE(granted_->Apply({{"up/secret", "x"}}), "");
  EXPECT_NE(granted_->Apply({{"up/secret", std::nullopt}}), "");
  EXPECT_NE(granted_->Apply({{"sub", "x"}}), "") << "a folder";
  EXPECT_EQ(Contents(above_.path() / "secret"), "outside");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(root_), {}), 5) << "nothing is left behind";
  EXPECT_EQ(granted_->WhyNotMade("up/x"), ENOTDIR);
  EXPECT_EQ(granted_->WhyNotMade("link"), ELOOP);
  EXPECT_EQ(granted_->WhyNotMade("sub"), EISDIR);
  EXPECT_EQ(granted_->WhyNotMade("sub/x"), 0);
}

TEST_F(GrantedFolderTest, AFolderThatIsNotThereIsTold) {
  std::string why;
  EXPECT_FALSE(GrantedFolder::Open({.folder = root_ / "sub" / "file"}, why));
  EXPECT_NE(why.find("sub/file"), std::string::npos) << why;
  EXPECT_FALSE(GrantedFolder::Open({.folder = ""}, why));
}

}  // namespace
}  // namespace atome::emulation
