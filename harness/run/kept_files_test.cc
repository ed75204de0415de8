#include "harness/run/kept_files.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using testing::TemporaryFolder;

TEST(KeptFiles, GivesBackWhatWasKept) {
  const TemporaryFolder folder;
  const KeptFiles kept(folder.path() / "made/as/needed", 1000);
  EXPECT_EQ(kept.Find("key"), std::nullopt);
  kept.Keep("key", std::string("a\0b", 3));
  EXPECT_EQ(kept.Find("key"), std::string("a\0b", 3));
  EXPECT_EQ(KeptFiles(folder.path() / "made/as/needed", 1000).Find("key"), std::string("a\0b", 3));
}

TEST(KeptFiles, TheOneThatNobodyAskedForTheLongestGoes) {
  const TemporaryFolder folder;
  const KeptFiles kept(folder.path(), 30);
  const auto age = [&](const char* key, int minutes) {
    std::filesystem::last_write_time(
        folder.path() / key, std::filesystem::file_time_type::clock::now() - std::chrono::minutes(minutes));
  };
  for (const char* key : {"old", "older", "oldest"}) kept.Keep(key, std::string(10, 'x'));
  EXPECT_NE(kept.Find("oldest"), std::nullopt) << "30 bytes of 30";
  age("old", 1);
  age("older", 2);
  age("oldest", 3);
  EXPECT_NE(kept.Find("oldest"), std::nullopt);  // so it is the newest now
  kept.Keep("new", "x");
  EXPECT_EQ(kept.Find("older"), std::nullopt);
  for (const char* key : {"old", "oldest", "new"}) EXPECT_NE(kept.Find(key), std::nullopt) << key;
  kept.Keep("too large", std::string(31, 'x'));
  EXPECT_EQ(kept.Find("too large"), std::nullopt);
}

TEST(KeptFiles, AFolderThatCannotBeWrittenKeepsNothing) {
  const TemporaryFolder folder;
  const KeptFiles kept(folder.Write("file", "in the way"), 1000);
  kept.Keep("key", "bytes");
  EXPECT_EQ(kept.Find("key"), std::nullopt);
}

}  // namespace
}  // namespace atome::harness
