#include "harness/model/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/model/prepared_image.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::AllOf;
using testing::ErrorOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing::TemporaryFolder;
using testing::TinyModel;

constexpr char kConfig[] = "vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4";

TEST(ParseConfig, ReadsEveryDimension) {
  const Result<ModelConfig> config = ParseConfig(std::string(kConfig) + ",max_seq=99");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->vocab_size, 256);
  EXPECT_EQ(config->d_model, 64);
  EXPECT_EQ(config->n_layers, 4);
  EXPECT_EQ(config->d_head, 16);
  EXPECT_EQ(config->kernel_size, 5);
  EXPECT_EQ(config->top_k, 4);
  EXPECT_EQ(config->max_seq, 99);
}

TEST(ParseConfig, TakesAnyOrderAndNoMaxSeq) {
  const Result<ModelConfig> config =
      ParseConfig("top_k=4,kernel_size=5,d_head=16,n_layers=4,d_model=64,vocab_size=256");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->max_seq, 0);
  EXPECT_EQ(config->vocab_size, 256);
}

TEST(ParseConfig, PrintsWhatItReads) {
  const std::string text = std::string(kConfig) + ",max_seq=7";
  const Result<ModelConfig> config = ParseConfig(text);
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(ConfigToString(*config), text);
}

TEST(ParseConfig, TakesTheLargestOfEveryDimension) {
  const Result<ModelConfig> config = ParseConfig(
      "vocab_size=65535,d_model=2048,n_layers=64,d_head=256,kernel_size=64,top_k=64,max_seq=65535");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->vocab_size, 65535);
  EXPECT_EQ(config->max_seq, 65535);
}

struct BadConfig {
  const char* text;
  const char* expected;  // in the message
};
void PrintTo(const BadConfig& config, std::ostream* out) { *out << config.text; }

class ParseConfigRefuses : public ::testing::TestWithParam<BadConfig> {};

TEST_P(ParseConfigRefuses, AndSaysWhy) {
  const std::string message = ErrorOf(ParseConfig(GetParam().text));
  EXPECT_THAT(message, AllOf(HasSubstr(GetParam().expected), HasSubstr(GetParam().text),
                             HasSubstr("write it as in vocab_size=256"), Not(HasSubstr("\n"))));
}

INSTANTIATE_TEST_SUITE_P(
    All, ParseConfigRefuses,
    ::testing::Values(
        BadConfig{"", "unknown key \"\""}, BadConfig{"vocab_size=256", "d_model is missing"},
        BadConfig{"vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5", "top_k is missing"},
        BadConfig{"d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4,max_seq=9", "vocab_size is missing"},
        BadConfig{"vocab_size=256,vocab_size=256", "vocab_size is given twice"},
        BadConfig{"vocab_size=256,width=3", "unknown key \"width\""},
        BadConfig{"vocab_size=256,", "unknown key \"\""},
        BadConfig{"Vocab_size=1", "unknown key \"Vocab_size\""},
        BadConfig{"vocab_size", "vocab_size is \"\""}, BadConfig{"vocab_size=", "vocab_size is \"\""},
        BadConfig{"vocab_size=0", "vocab_size is \"0\", not a number from 1 to 65535"},
        BadConfig{"vocab_size=65536", "not a number from 1 to 65535"},
        BadConfig{"d_model=2049", "not a number from 1 to 2048"},
        BadConfig{"n_layers=65", "not a number from 1 to 64"},
        BadConfig{"d_head=257", "not a number from 1 to 256"}, BadConfig{"kernel_size=65", "from 1 to 64"},
        BadConfig{"top_k=65", "from 1 to 64"}, BadConfig{"max_seq=0", "max_seq is \"0\""},
        BadConfig{"max_seq=65536", "from 1 to 65535"}, BadConfig{"vocab_size=-1", "vocab_size is \"-1\""},
        BadConfig{"vocab_size=+1", "vocab_size is \"+1\""},
        BadConfig{"vocab_size= 1", "vocab_size is \" 1\""},
        BadConfig{"vocab_size=1.5", "vocab_size is \"1.5\""},
        BadConfig{"vocab_size=0x10", "vocab_size is \"0x10\""},
        BadConfig{"vocab_size=99999999999999999999", "not a number"},
        BadConfig{"vocab_size=1=2", "is \"1=2\""},
        BadConfig{"vocab_size=256;d_model=64", "is \"256;d_model=64\""}));

TEST(ReadFile, GivesTheBytes) {
  const TemporaryFolder folder;
  const std::string bytes("a\0\r\n\xff", 5);
  const Result<std::string> read = ReadFile(folder.Write("file", bytes));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, bytes);
  const Result<std::string> empty = ReadFile(folder.Write("empty", ""));
  ASSERT_TRUE(empty.ok());
  EXPECT_EQ(*empty, "");
}

TEST(ReadFile, MissingFile) {
  const Result<std::string> read = ReadFile("/nowhere/model");
  EXPECT_TRUE(read.missing());
  EXPECT_EQ(ErrorOf(read), "/nowhere/model: cannot open: No such file or directory");
}

TEST(ReadFile, Folder) {
  const TemporaryFolder folder;
  const Result<std::string> read = ReadFile(folder.path().string());
  EXPECT_FALSE(read.missing());
  EXPECT_EQ(ErrorOf(read), folder.path().string() + ": cannot read: it is a folder");
}

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(std::string_view("\x00\x0f\xff", 3)), "000fff");
}

TEST(LoadModel, TakesTheConfigurationBesideTheModel) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("m.atome02", "not looked at");
  folder.Write("config.json", std::string("{\"config\": \"") + kConfig + ",max_seq=12\", \"more\": 1}");
  const Result<Model> model = LoadModel(path, std::nullopt, 1000);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->bytes, "not looked at");
  EXPECT_EQ(model->sha256, Sha256Hex("not looked at"));
  EXPECT_EQ(model->Name(), "m.atome02");
  EXPECT_EQ(model->config.max_seq, 12);
  EXPECT_EQ(model->config.d_model, 64);
}

TEST(LoadModel, TheArgumentWinsOverTheFile) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("m", "");
  folder.Write("config.json", "nonsense");
  const Result<Model> model = LoadModel(path, std::string(kConfig) + ",max_seq=3", 0);
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->config.max_seq, 3);
}

TEST(LoadModel, MaxSeqDefaultsToThePositionsOfTheRun) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("m", "");
  const std::pair<uint32_t, int> cases[] = {{0, 64},        {63, 64},           {64, 64},
                                            {65, 65},       {1000, 1000},       {65535, 65535},
                                            {70000, 65535}, {0xFFFFFFFF, 65535}};
  for (const auto& [least, expected] : cases) {
    const Result<Model> model = LoadModel(path, kConfig, least);
    ASSERT_TRUE(model.ok());
    EXPECT_EQ(model->config.max_seq, expected) << least;
  }
}

TEST(LoadModel, AFileThatSaysItsDimensionsNeedsNothingBesideIt) {
  const Result<std::string> bytes = ReadFile(ATOME_SOURCE_DIR "/golden/models/tiny_odd/tiny_odd.atome03");
  ASSERT_TRUE(bytes.ok());
  const TemporaryFolder folder;
  const std::string path = folder.Write("m.atome03", *bytes);
  const Result<Model> model = LoadModel(path, std::nullopt, 0);
  ASSERT_TRUE(model.ok());
  const Result<Model> beside =
      LoadModel(ATOME_SOURCE_DIR "/golden/models/tiny_odd/tiny_odd.atome02", std::nullopt, 0);
  ASSERT_TRUE(beside.ok());
  EXPECT_EQ(ConfigToString(model->config), ConfigToString(beside->config));
}

TEST(LoadModel, NoConfigurationAnywhere) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("m.atome01", "");
  EXPECT_THAT(ErrorOf(LoadModel(path, std::nullopt, 0)),
              AllOf(StartsWith(path), HasSubstr((folder.path() / "config.json").string()),
                    HasSubstr("give --config"), HasSubstr("vocab_size=256")));
}

TEST(LoadModel, UnusableSidecar) {
  for (const char* text : {"", "{", "[]", "3", "{}", "{\"config\": 3}", "{\"config\": [\"a\"]}", "\xff\xfe",
                           "null", "{\"config\": \"\xff\"}"}) {
    const TemporaryFolder folder;
    const std::string path = folder.Write("m", "");
    const std::string sidecar = folder.Write("config.json", text);
    EXPECT_THAT(ErrorOf(LoadModel(path, std::nullopt, 0)),
                AllOf(StartsWith(sidecar), HasSubstr("give --config")))
        << text;
  }
}

TEST(LoadModel, BadConfigurationNamesTheModel) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("m", "");
  EXPECT_THAT(ErrorOf(LoadModel(path, "d_model=0", 0)),
              AllOf(StartsWith(path), HasSubstr("d_model is \"0\"")));
  folder.Write("config.json", "{\"config\": \"vocab_size=3\"}");
  EXPECT_THAT(ErrorOf(LoadModel(path, std::nullopt, 0)),
              AllOf(StartsWith(path), HasSubstr("d_model is missing")));
}

TEST(LoadModel, MissingModelAndFolder) {
  EXPECT_TRUE(LoadModel("/nowhere/m", kConfig, 0).missing());
  EXPECT_THAT(ErrorOf(LoadModel("/", kConfig, 0)), HasSubstr("is a folder"));
}

TEST(DescribeOpenError, NamesFileOffsetTensorLayerAndRemedy) {
  Model model;
  model.path = "dir/m.atome01";
  const std::string text = DescribeOpenError(model, ATOME_ERROR_CODE, {1234, 3, ATOME_TENSOR_WQ});
  EXPECT_EQ(text, std::string("dir/m.atome01: ") + atome_status_text(ATOME_ERROR_CODE) +
                      " at offset 1234 (block 3 wq); export the model again");
}

TEST(DescribeOpenError, TensorsOutsideTheBlocksHaveNoLayer) {
  for (int tensor = ATOME_TENSOR_EMBED; tensor <= ATOME_TENSOR_UNEMBED; ++tensor) {
    const std::string text =
        DescribeOpenError(Model{}, ATOME_ERROR_VALUE, {9, 0, static_cast<uint16_t>(tensor)});
    const bool outside = tensor == ATOME_TENSOR_EMBED || tensor >= ATOME_TENSOR_FINAL_GAMMA;
    EXPECT_EQ(text.find("block 0") == std::string::npos, outside) << text;
    EXPECT_THAT(
        text, AllOf(HasSubstr("at offset 9 ("), HasSubstr(atome_tensor_name(static_cast<uint16_t>(tensor)))));
  }
}

TEST(DescribeOpenError, SectionsOfBlocksHaveALayer) {
  Model model;
  model.path = "m";
  EXPECT_THAT(DescribeOpenError(model, ATOME_ERROR_CHECKSUM, {99, 2, ATOME_TENSOR_BLOCK_VECTORS}),
              HasSubstr(" at offset 99 (block 2 vectors); fetch or export"));
  EXPECT_THAT(DescribeOpenError(model, ATOME_ERROR_CHECKSUM, {99, 2, ATOME_TENSOR_BLOCK_WEIGHTS}),
              HasSubstr("(block 2 weights)"));
  EXPECT_THAT(DescribeOpenError(model, ATOME_ERROR_CHECKSUM, {99, 2, ATOME_TENSOR_FINAL_VECTORS}),
              HasSubstr("(final vectors)"));
  model.bytes = "ATOME03 and so on";
  EXPECT_THAT(
      DescribeOpenError(model, ATOME_ERROR_SIZE, {99, 2, ATOME_TENSOR_BLOCK_WEIGHTS}),
      AllOf(HasSubstr("at offset 99 (block 2 weights): it has 17 bytes"), Not(HasSubstr("expected"))));
}

TEST(LoadModel, ADamagedHeaderSaysSo) {
  const Result<std::string> bytes = ReadFile(ATOME_SOURCE_DIR "/golden/models/tiny_odd/tiny_odd.atome03");
  ASSERT_TRUE(bytes.ok());
  const TemporaryFolder folder;
  for (const size_t length : {8, 27, 28, 100}) {
    const std::string path = folder.Write("m.atome03", bytes->substr(0, length));
    EXPECT_THAT(ErrorOf(LoadModel(path, std::nullopt, 0)), AllOf(StartsWith(path), HasSubstr("(header)")))
        << length;
  }
}

TEST(DescribeOpenError, SizeSaysBothSizesAndTheConfiguration) {
  Model model;
  model.path = "m";
  model.bytes = "12345";
  model.config = *ParseConfig(std::string(kConfig) + ",max_seq=64");
  EXPECT_THAT(DescribeOpenError(model, ATOME_ERROR_SIZE, {20575, 0, ATOME_TENSOR_NONE}),
              AllOf(StartsWith("m: "), HasSubstr("5 bytes"), HasSubstr("20575 are expected"),
                    HasSubstr(kConfig), HasSubstr("check --config")));
}

TEST(DescribeOpenError, MagicSaysWhatIsAccepted) {
  EXPECT_THAT(DescribeOpenError(Model{}, ATOME_ERROR_MAGIC, {}),
              AllOf(HasSubstr("offset 0"), HasSubstr("give an ATOME01, ATOME02 or ATOME03 file")));
}

TEST(LoadModel, APlainFileKeepsWhatADescriptionMayLeaveOut) {
  for (const char* weights : {"fp32", "int8"}) {
    const std::string path = StrCat(ATOME_SOURCE_DIR "/golden/models_plain/tiny_plain_", weights, ".plain01");
    const ModelConfig own = LoadModel(path, std::nullopt, 0)->config;
    const Result<Model> model =
        LoadModel(path,
                  StrCat("vocab_size=", own.vocab_size, ",d_model=", own.d_model, ",n_layers=", own.n_layers,
                         ",n_heads=", own.n_heads, ",d_ff=", own.d_ff),
                  0);
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_EQ(model->config.weights, own.weights) << weights;
    EXPECT_EQ(model->config.max_seq, own.max_seq) << weights;
  }
}

TEST(LoadModel, AnImageForADeviceIsNoModel) {
  const Model model = TinyModel("tiny_odd", 3);
  const Result<std::string> image = PrepareImage(model, Variant::kQ15, ImageLayout::kTiles);
  ASSERT_TRUE(image.ok()) << image.error().message;
  const TemporaryFolder folder;
  const std::string path = folder.Write("m.image", *image);
  EXPECT_EQ(ErrorOf(LoadModel(path, ConfigToString(model.config), 0)),
            StrCat(path, ": is a prepared image for q15 in tiles, made of the model with SHA-256 ",
                   model.sha256, ", for a device; give that model's file"));
}

}  // namespace
}  // namespace atome::harness
