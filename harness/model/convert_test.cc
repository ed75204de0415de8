#include "harness/model/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "harness/base/file.h"
#include "harness/model/convert_output.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::TinyModel;
using testing::TinyModels;

// The scripts of golden/ wrote the three files of each model from the same weights.
TEST(Convert, EveryFormatOfEveryModelToEveryOther) {
  for (const std::string& name : TinyModels()) {
    for (int from = 1; from <= 3; ++from) {
      const Model source = TinyModel(name, from);
      for (const FileFormat to : kFileFormats) {
        const Result<Conversion> made = Convert(source, to, false);
        ASSERT_TRUE(made.ok()) << made.error().message;
        EXPECT_EQ(made->model.bytes, TinyModel(name, static_cast<int>(to)).bytes) << name << from;
        EXPECT_EQ(static_cast<int>(made->before), from);
        EXPECT_EQ(made->after, to);
      }
    }
  }
}

TEST(Convert, SectionsAddUpToTheFiles) {
  for (int from = 1; from <= 3; ++from) {
    const Model source = TinyModel("tiny_odd", from);
    for (const FileFormat to : kFileFormats) {
      const Result<Conversion> made = Convert(source, to, false);
      ASSERT_TRUE(made.ok());
      uint64_t before = 0, after = 0;
      for (const ModelSection& section : made->sections_before) before += section.bytes;
      for (const ModelSection& section : made->sections_after) after += section.bytes;
      EXPECT_EQ(before, source.bytes.size());
      EXPECT_EQ(after, made->model.bytes.size());
      // V 37, d 13, L 2, h 5, K 3: weights, vectors.
      EXPECT_EQ(made->Parameters(),
                2u * 37 * 13 + 2 * (13 * 3 + 2 * 5 * 13 + 13 * 13 + 3 * 13) + (5 * 2 + 2) * 13);
    }
  }
}

TEST(Convert, OnlyTheWindowOfTheConfigurationIsFree) {
  Model source = TinyModel("tiny_odd", 3);
  source.config.max_seq = 999;
  const Result<Conversion> made = Convert(source, FileFormat::kAtome03, false);
  ASSERT_TRUE(made.ok());
  atome_config carried{};
  ASSERT_EQ(atome_file_config(made->model.bytes.data(), made->model.bytes.size(), &carried), ATOME_OK);
  EXPECT_EQ(ConfigToString(carried), ConfigToString(source.config));
  ++source.config.top_k;
  EXPECT_THAT(ErrorOf(Convert(source, FileFormat::kAtome03, false)),
              AllOf(HasSubstr("the file has vocab_size=37"), HasSubstr("top_k=4"), HasSubstr("--config")));
}

// A value that FP16 cannot hold makes only its own section FP32.
TEST(Convert, VectorsAreHalvesSectionBySection) {
  Model source = TinyModel("tiny_odd", 1);
  const Result<Conversion> halves = Convert(source, FileFormat::kAtome01, true);
  ASSERT_TRUE(halves.ok());
  source.bytes = halves->model.bytes;
  const auto encodings = [&source] {
    std::vector<std::string> found;
    const Result<Conversion> made = Convert(source, FileFormat::kAtome03, false);
    for (const ModelSection& section : made->sections_after) {
      if (section.name.ends_with("vectors")) found.push_back(section.encoding);
    }
    return found;
  };
  EXPECT_THAT(encodings(), ::testing::ElementsAre("FP16", "FP16", "FP16"));
  const size_t last_beta = source.bytes.size() - 4 - (37 * 13 + 3) / 4 - 4;
  const float third = 1.0f / 3;
  std::memcpy(source.bytes.data() + last_beta, &third, sizeof third);
  EXPECT_THAT(encodings(), ::testing::ElementsAre("FP16", "FP16", "FP32"));
  // The mixed encodings of ATOME03 are read back.
  source.bytes = Convert(source, FileFormat::kAtome03, false)->model.bytes;
  EXPECT_EQ(0, std::memcmp(Convert(source, FileFormat::kAtome01, false)->model.bytes.data() + last_beta,
                           &third, sizeof third));
}

TEST(Convert, NoHalfForWhatIsTooLarge) {
  Model source = TinyModel("tiny_odd", 1);
  source.path = "dir/m.atome01";
  const size_t last_beta = source.bytes.size() - 4 - (37 * 13 + 3) / 4 - 4;
  const float large = 70000;
  std::memcpy(source.bytes.data() + last_beta, &large, sizeof large);
  EXPECT_TRUE(Convert(source, FileFormat::kAtome03, false).ok());
  EXPECT_EQ(ErrorOf(Convert(source, FileFormat::kAtome03, true)),
            "dir/m.atome01: final beta[12] is 70000, but FP16 ends at 65504; leave out --half-vectors");
}

// Variant f32 cannot run this model, but the file is valid, and golden/convert.py takes it.
TEST(Convert, AConstantOutOfRangeIsNoMatterOfTheFile) {
  Model source = TinyModel("tiny_odd", 1);
  const float huge = 3e38f;
  const size_t gamma = 7 + 4 + (37 * 13 + 3) / 4;
  const size_t b = gamma + 2 * 4 * 13 + 4 + (13 * 3 + 3) / 4 + 4 * 13;
  for (const size_t at : {gamma, b}) std::memcpy(source.bytes.data() + at, &huge, sizeof huge);
  const Result<Conversion> made = Convert(source, FileFormat::kAtome02, false);
  ASSERT_TRUE(made.ok()) << made.error().message;
  Model back = source;
  back.bytes = made->model.bytes;
  EXPECT_EQ(Convert(back, FileFormat::kAtome01, false)->model.bytes, source.bytes);
}

// Every byte is tried; the message names the section. The header's dimensions are checked too.
TEST(Convert, EveryDamagedByteOfAtome03IsRefusedByItsSectionsName) {
  const Model whole = TinyModel("tiny_odd", 3);
  const testing::TemporaryFolder folder;
  size_t at = 0;
  for (const ModelSection& section : SectionsOf(whole)) {
    for (const size_t end = at + section.bytes; at < end; ++at) {
      for (const int change : {0x01, 0x80, 0xFF}) {
        std::string bytes = whole.bytes;
        bytes[at] = static_cast<char>(bytes[at] ^ change);
        Model damaged = whole;
        damaged.bytes = bytes;
        const std::string message = ErrorOf(Convert(damaged, FileFormat::kAtome01, false));
        if (at < 8) {
          // The magic of another format leads to another expected size.
          EXPECT_THAT(message, AnyOf(HasSubstr("offset 0"), HasSubstr("1025 are"), HasSubstr("1115 are")))
              << at;
          continue;
        }
        ASSERT_THAT(message, AllOf(HasSubstr("a checksum does not fit"), HasSubstr("(" + section.name + ")")))
            << at;
        if (change != 0xFF) continue;
        const Result<Model> loaded = LoadModel(folder.Write("m.atome03", bytes), std::nullopt, 0);
        ASSERT_EQ(loaded.ok(), section.name != "header") << at;
        if (!loaded.ok()) {
          ASSERT_THAT(loaded.error().message, AllOf(HasSubstr("m.atome03: "), HasSubstr("(header)"))) << at;
        }
      }
    }
  }
  EXPECT_EQ(at, whole.bytes.size());
}

TEST(FormatOfName, IsTheEnding) {
  EXPECT_EQ(FormatOfName("a.b/c.atome01"), FileFormat::kAtome01);
  EXPECT_EQ(FormatOfName("m.atome03"), FileFormat::kAtome03);
  for (const char* name : {"", "m", "m.atome04", "m.atome00", "atome01", "m.atome01.bak", "m.ATOME01"})
    EXPECT_EQ(FormatOfName(name), std::nullopt) << name;
}

TEST(FormatConversion, SaysWhatChanged) {
  const Result<Conversion> made = Convert(TinyModel("tiny_odd", 2), FileFormat::kAtome03, false);
  ASSERT_TRUE(made.ok());
  const std::string table = FormatConversion(*made, "a.atome02", "b.atome03", OutputFormat::kTable);
  for (const char* part : {"block 1 weights", "5 trits a byte", "1 025", "1 224", "ATOME02", "ATOME03"})
    EXPECT_THAT(table, HasSubstr(part));
  EXPECT_THAT(FormatConversion(*made, "a", "b", OutputFormat::kMarkdown), HasSubstr("| ---: |"));
  const std::string csv = FormatConversion(*made, "a", "b", OutputFormat::kCsv);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 8 + 1);
  EXPECT_THAT(csv, HasSubstr("header,0,,7,,,144,\n"));
  const auto json =
      nlohmann::json::parse(FormatConversion(*made, "a.atome02", "b.atome03", OutputFormat::kJson));
  EXPECT_EQ(json["bytes_before"], 1025);
  EXPECT_EQ(json["bytes_after"], 1224);
  EXPECT_EQ(json["target_sha256"], Sha256Hex(TinyModel("tiny_odd", 3).bytes));
  EXPECT_DOUBLE_EQ(json["bits_per_weight_after"], 8.0 * 1224 / static_cast<double>(made->Parameters()));
  EXPECT_EQ(json["sections"].size(), 8u);
  EXPECT_TRUE(json["sections"][0]["bits_per_weight_after"].is_null());
}

}  // namespace
}  // namespace atome::harness
