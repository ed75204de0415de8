#include "harness/ab/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "harness/testing/repository.h"

namespace atome::harness::ab {
namespace {

using harness::testing::TemporaryFolder;

std::vector<std::filesystem::path> FilesIn(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  return files;
}

TEST(Cache, FindsWhatWasKeptUnderTheSameKey) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a/b").string();
  const Json key{{"model", "m"}, {"chunk", 64}};
  EXPECT_FALSE(Cache(path, false).Find(key).has_value());
  EXPECT_EQ(Cache(path, false).Keep(key, {{"nats", {0.1, 1e-300, 3.0000000000000004}}}), "");
  const auto found = Cache(path, false).Find(key);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ((*found)["nats"].get<std::vector<double>>(), (std::vector{0.1, 1e-300, 3.0000000000000004}));
  EXPECT_FALSE(Cache(path, false).Find({{"model", "m"}, {"chunk", 32}}).has_value());
}

TEST(Cache, FreshAnswersNothingButKeeps) {
  const TemporaryFolder folder;
  const Json key{{"a", 1}};
  EXPECT_EQ(Cache(folder.path(), false).Keep(key, 1), "");
  Cache fresh(folder.path(), true);
  EXPECT_FALSE(fresh.Find(key).has_value());
  EXPECT_EQ(fresh.Keep(key, 2), "");
  EXPECT_EQ(Cache(folder.path(), false).Find(key), Json(2));
}

// A kill may leave half a file where another program writes; a file of another key may be copied there.
TEST(Cache, DamagedFilesAreNotThere) {
  const TemporaryFolder folder;
  const Json key{{"a", 1}};
  Cache cache(folder.path(), false);
  ASSERT_EQ(cache.Keep(key, 1), "");
  const std::vector<std::filesystem::path> files = FilesIn(folder.path());
  ASSERT_EQ(files.size(), 1u) << "nothing else is left";
  for (const char* text : {"", "{\"key\": {\"a\"", "[]", "{\"key\": {\"a\": 2}, \"value\": 1}"}) {
    std::ofstream(files[0]) << text;
    EXPECT_FALSE(cache.Find(key).has_value()) << text;
  }
  EXPECT_EQ(cache.Keep(key, 3), "");
  EXPECT_EQ(cache.Find(key), Json(3));
}

TEST(Cache, SaysWhyItCannotKeep) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("file", "x");
  EXPECT_THAT(Cache(file, false).Keep(1, 1), ::testing::HasSubstr(file));
}

}  // namespace
}  // namespace atome::harness::ab
