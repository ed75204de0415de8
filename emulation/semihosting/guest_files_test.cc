#include "emulation/semihosting/guest_files.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "emulation/base/temporary_folder.h"
#include "emulation/machine/limits.h"

namespace atome::emulation {
namespace {

using Handle = GuestFiles::Handle;

class GuestFilesTest : public ::testing::Test {
 protected:
  GuestFilesTest() {
    std::ofstream(folder_.path() / "file") << "12345";
    std::string why;
    granted_ = GrantedFolder::Open({.folder = folder_.path(), .writable = true}, why);
    read_only_ = GrantedFolder::Open({.folder = folder_.path()}, why);
  }
  std::string OnHost() {
    std::ifstream file(folder_.path() / "file");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryFolder folder_;
  std::optional<GrantedFolder> granted_, read_only_;
};

TEST_F(GuestFilesTest, WithoutAFolderThereIsNothing) {
  GuestFiles files(nullptr);
  Handle handle;
  std::string name;
  for (uint32_t mode = 0; mode < 12; ++mode) EXPECT_EQ(files.Open("file", mode, handle), EPERM);
  EXPECT_EQ(files.Remove("file"), EPERM);
  EXPECT_EQ(files.Rename("file", "other"), EPERM);
  EXPECT_EQ(files.TemporaryName(1, name), EPERM);
}

TEST_F(GuestFilesTest, AFolderToReadIsNotWritten) {
  GuestFiles files(&*read_only_);
  Handle handle;
  std::string name;
  for (uint32_t mode = 0; mode < 12; ++mode)
    EXPECT_EQ(files.Open("file", mode, handle), mode < 2 ? 0u : uint32_t{EROFS}) << mode;
  EXPECT_EQ(files.Remove("file"), EROFS);
  EXPECT_EQ(files.Rename("file", "other"), EROFS);
  EXPECT_EQ(files.TemporaryName(1, name), EROFS);
  EXPECT_TRUE(files.TakeChanges().empty());
}

TEST_F(GuestFilesTest, ModesAreThoseOfFopen) {
  GuestFiles files(&*granted_);
  Handle handle;
  ASSERT_EQ(files.Open("file", 2, handle), 0u);  // r+
  EXPECT_EQ(GuestFiles::Read(handle, 2), "12");
  EXPECT_EQ(files.Write(handle, "xy"), 0u);
  EXPECT_EQ(GuestFiles::Read(handle, 9), "5");
  Handle append;
  ASSERT_EQ(files.Open("./file", 10, append), 0u);  // a+
  EXPECT_EQ(GuestFiles::Read(append, 9), "12xy5") << "what another handle wrote";
  append.position = 0;
  EXPECT_EQ(files.Write(append, "!"), 0u);
  EXPECT_EQ(handle.file->contents, "12xy5!");
  Handle fresh;
  ASSERT_EQ(files.Open("file", 4, fresh), 0u);  // w
  EXPECT_EQ(handle.file->contents, "");
  EXPECT_EQ(files.Open("none", 2, fresh), ENOENT) << "r+ makes no file";
  EXPECT_EQ(files.Open("none/file", 4, fresh), ENOENT) << "nor does w make a folder";
  EXPECT_EQ(OnHost(), "12345") << "the host sees nothing during the run";
}

TEST_F(GuestFilesTest, ChangesAreTheLastState) {
  GuestFiles files(&*granted_);
  Handle handle;
  EXPECT_EQ(files.Open("file", 0, handle), 0u);
  EXPECT_TRUE(GuestFiles(files).TakeChanges().empty()) << "reading is no change";
  EXPECT_EQ(files.Rename("file", "other"), 0u);
  EXPECT_EQ(files.Open("file", 0, handle), ENOENT);
  EXPECT_EQ(files.Open("other", 2, handle), 0u);
  handle.position = 7;
  EXPECT_EQ(files.Write(handle, "."), 0u);
  EXPECT_EQ(files.Open("empty", 4, handle), 0u);
  const FileChanges changes = files.TakeChanges();
  const FileChanges expected = {
      {"file", std::nullopt}, {"other", std::string("12345\0\0.", 8)}, {"empty", ""}};
  EXPECT_EQ(changes, expected);
  EXPECT_EQ(granted_->Apply(changes), "");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "file"));
}

TEST_F(GuestFilesTest, ARunIsBounded) {
  GuestFiles files(&*granted_);
  Handle handle;
  ASSERT_EQ(files.Open("file", 2, handle), 0u);
  handle.position = 0xFFFFFFFF;
  EXPECT_EQ(GuestFiles::Read(handle, 1), "");
  EXPECT_EQ(files.Write(handle, "x"), ENOSPC);
  handle.position = static_cast<uint32_t>(kFileLimitBytes);
  EXPECT_EQ(files.Write(handle, "x"), ENOSPC);
  EXPECT_EQ(handle.file->contents.size(), 5u);
  handle.position = 3;
  EXPECT_EQ(files.Write(handle, std::string(kFileLimitBytes - 2, 'x')), ENOSPC) << "one byte too many";
  EXPECT_EQ(files.Write(handle, std::string(kFileLimitBytes - 3, 'x')), 0u);
  EXPECT_EQ(files.Write(handle, "x"), ENOSPC);
  EXPECT_EQ(files.Write(handle, ""), 0u);
  handle.position = 0;
  EXPECT_EQ(files.Write(handle, "over what is there"), 0u);
  ASSERT_EQ(files.Open("file", 4, handle), 0u) << "cut, so that there is room again";
  EXPECT_EQ(files.Write(handle, "x"), 0u);
  for (size_t k = 1; k < kMaxFiles; ++k) ASSERT_EQ(files.Open("f" + std::to_string(k), 4, handle), 0u) << k;
  EXPECT_EQ(files.Open("more", 4, handle), ENOSPC);
  std::ofstream(folder_.path() / "late") << "1";
  EXPECT_EQ(files.Open("late", 0, handle), ENOSPC) << "one of the host neither";
  EXPECT_EQ(files.Rename("f1", "more"), ENOSPC);
  EXPECT_EQ(files.Open("f1", 4, handle), 0u);
}

}  // namespace
}  // namespace atome::emulation
