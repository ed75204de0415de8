// The program of the build, run as the build runs it.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "engine/prepare/make_image.h"
#include "engine/testing/columns_builder.h"
#include "engine/testing/model_builder.h"

namespace atome::prepare {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr atome_config kTiny{5, 6, 2, 3, 3, 2, 4};
constexpr const char* kDimensions = "5,6,2,3,3,2,4";

class PrepareTool : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string folder = ::testing::TempDir() + "atome_prepare_XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    Write("model", model_.file);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string At(const char* name) const { return folder_ / name; }
  void Write(const char* name, const Bytes& bytes) const {
    std::ofstream(At(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  Bytes Read(const char* name) const {
    std::ifstream in(At(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // The exit code; what it says on stderr is in `said_`.
  int Run(const std::vector<std::string>& arguments) {
    std::string command = ATOME_PREPARE;
    for (const std::string& argument : arguments) command += " '" + argument + "'";
    const int status = std::system((command + " 2> '" + At("said") + "'").c_str());
    const Bytes said = Read("said");
    said_.assign(said.begin(), said.end());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int Run(const char* variant, const char* layout, const char* dimensions = kDimensions) {
    return Run({At("model"), dimensions, variant, layout, At("image")});
  }

  testing::PackedModel model_ = testing::PackAs(testing::RandomModel(kTiny, 5), 3);
  std::filesystem::path folder_;
  std::string said_;
};

// SHA-256 of the model file, which images carry: sha256sum.
std::array<uint8_t, 32> Sha256(const std::string& file) {
  std::array<uint8_t, 32> digest{};
  FILE* const pipe = popen(("sha256sum '" + file + "'").c_str(), "r");
  for (uint8_t& byte : digest) {
    unsigned value = 0;
    EXPECT_EQ(std::fscanf(pipe, "%2x", &value), 1);
    byte = static_cast<uint8_t>(value);
  }
  pclose(pipe);
  return digest;
}

TEST_F(PrepareTool, WritesTheImageOfEachVariantAndLayout) {
  const std::pair<const char*, ImageVariant> variants[] = {{"f32", ImageVariant::kF32},
                                                           {"f32kv16", ImageVariant::kF32Kv16},
                                                           {"q15", ImageVariant::kQ15},
                                                           {"q15kv8", ImageVariant::kQ15Kv8}};
  for (const auto& [name, variant] : variants) {
    for (const bool tiles : {false, true}) {
      EXPECT_EQ(Run(name, tiles ? "tiles" : "columns"), 0) << said_;
      EXPECT_EQ(said_, "");
      Bytes image;
      const ImageOrder order{kTiny, variant, tiles ? ImageLayout::kTiles : ImageLayout::kColumns,
                             Sha256(At("model"))};
      ASSERT_EQ(MakeImage(order, model_.file, &image, nullptr), ATOME_OK);
      EXPECT_EQ(Read("image"), image) << name;
      EXPECT_FALSE(std::filesystem::exists(At("image.new")));
    }
  }
}

TEST_F(PrepareTool, SaysHowItIsUsed) {
  const std::string usage =
      "usage: atome_prepare MODEL V,d,L,h,K,k,S f32|f32kv16|q15|q15kv8 columns|tiles OUT\n";
  EXPECT_EQ(Run({}), 2);
  EXPECT_EQ(said_, usage);
  EXPECT_EQ(Run({At("model"), kDimensions, "f32", "tiles"}), 2);
  EXPECT_EQ(said_, usage);
  EXPECT_EQ(Run({At("model"), kDimensions, "f32", "tiles", At("image"), "more"}), 2);
  EXPECT_EQ(said_, usage);
  for (const char* dimensions :
       {"", "5", "5,6,2,3,3,2", "5,6,2,3,3,2,4,", "5,6,2,3,3,2,4,1", "5 6 2 3 3 2 4", "5;6,2,3,3,2,4",
        "5,6,2,3,3,2;4", "5,6,2,3,3,2,70000", "5,6,2,3,3,2,x", "5,6,2,3,3,2,4 "}) {
    EXPECT_EQ(Run("f32", "tiles", dimensions), 2) << dimensions;
    EXPECT_EQ(said_, usage) << dimensions;
  }
  EXPECT_EQ(Run("f16", "tiles"), 2);
  EXPECT_EQ(said_, usage);
  EXPECT_EQ(Run("f32", "rows"), 2);
  EXPECT_EQ(said_, usage);
  EXPECT_FALSE(std::filesystem::exists(At("image")));
}

TEST_F(PrepareTool, NamesTheFileThatItCannotTake) {
  EXPECT_EQ(Run({At("no_model"), kDimensions, "f32", "tiles", At("image")}), 2);
  EXPECT_EQ(said_, "atome_prepare: " + At("no_model") + ": cannot be read; give a model file\n");
  model_.file[100] ^= 1;
  Write("model", model_.file);
  EXPECT_EQ(Run("f32", "tiles"), 2);
  EXPECT_EQ(said_.find("atome_prepare: " + At("model") + ": status "), 0u) << said_;
  EXPECT_FALSE(std::filesystem::exists(At("image")));
}

TEST_F(PrepareTool, LeavesNothingWhereItCannotWrite) {
  std::filesystem::create_directories(folder_ / "image" / "full");  // which no file takes the place of
  EXPECT_EQ(Run("f32", "tiles"), 2);
  EXPECT_EQ(said_, "atome_prepare: " + At("image") + ": cannot be written; choose a folder that can\n");
  EXPECT_FALSE(std::filesystem::exists(At("image.new")));
  EXPECT_EQ(Run({At("model"), kDimensions, "f32", "tiles", At("nowhere/image")}), 2);
  EXPECT_EQ(said_,
            "atome_prepare: " + At("nowhere/image") + ": cannot be written; choose a folder that can\n");
}

}  // namespace
}  // namespace atome::prepare
