#include "harness/base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

TEST(ReadFile, GivesEveryByteWhateverTheSize) {
  TemporaryFolder folder;
  for (const size_t size : {0, 1, 2, 65535, 65536, 65537, 131073}) {
    std::string bytes(size, 'x');
    if (size > 0) bytes.back() = '\0';
    const Result<std::string> read = ReadFile(folder.Write("file", bytes));
    ASSERT_TRUE(read.ok()) << size;
    EXPECT_EQ(*read, bytes) << size;
  }
}

TEST(ReadFile, SaysWhatCannotBeRead) {
  TemporaryFolder folder;
  EXPECT_THAT(ReadFile(folder.path().string()).error().message, HasSubstr("it is a folder"));
  const Result<std::string> absent = ReadFile((folder.path() / "absent").string());
  EXPECT_TRUE(absent.missing());
  EXPECT_THAT(absent.error().message, HasSubstr("cannot open"));
}

// The digests that FIPS 180-4's examples give.
TEST(Sha256Hex, IsThatOfTheStandard) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace atome::harness
