#include "harness/cycles/source_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace atome::harness {
namespace {

using ::testing::ElementsAre;

TEST(SourceFiles, ReadsLinesAndSaysOnceWhatIsMissing) {
  const auto folder = std::filesystem::path(::testing::TempDir());
  const std::string path = folder / "source_files_test.c";
  std::ofstream(path) << "int a;\r\n\n\t  int b;  \nlast";
  SourceFiles files;
  EXPECT_EQ(files.Line(path, 1), "int a;");
  EXPECT_EQ(files.Line(path, 2), "");
  EXPECT_EQ(files.Line(path, 3), "int b;");
  EXPECT_EQ(files.Line(path, 4), "last");
  for (const int none : {0, -1, 5, 2147483647}) EXPECT_EQ(files.Line(path, none), std::nullopt);
  EXPECT_TRUE(files.missing().empty());
  for (int k = 1; k < 4; ++k) {
    EXPECT_EQ(files.Line(folder / "nothing.c", k), std::nullopt);
    EXPECT_EQ(files.Line("/dev/zero", k), std::nullopt) << "no file, and without an end";
    EXPECT_EQ(files.Line(folder, k), std::nullopt);
  }
  EXPECT_THAT(files.missing(), ElementsAre(folder / "nothing.c", "/dev/zero", folder));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace atome::harness
