#include "harness/inject/file_flips.h"

#include <gtest/gtest.h>

#include "harness/model/prepared_image.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

Model Plain() {
  Result<Model> model =
      LoadModel(ATOME_SOURCE_DIR "/golden/models_plain/tiny_plain_int8.plain01", std::nullopt, 16);
  EXPECT_TRUE(model.ok()) << model.error().message;
  return *std::move(model);
}

Tally Flipped(const Model& model, const FilePlan& plan) {
  const Result<std::vector<FileFlip>> flips = FlipFile(model, plan);
  EXPECT_TRUE(flips.ok()) << flips.error().message;
  Tally tally;
  for (const FileFlip& flip : *flips) tally.Add(flip.judgement.verdict);
  return tally;
}

TEST(FileFlips, EveryBitOfAFileWithAChecksumIsSeen) {
  for (const bool plain : {false, true}) {
    const Model model = plain ? Plain() : testing::TinyModel("tiny_k1", 3);
    const Tally tally = Flipped(model, {.variant = plain ? Variant::kPlain : Variant::kF32,
                                        .tokens = 1,
                                        .flips = plain ? std::optional<uint32_t>(400) : std::nullopt,
                                        .progress = {}});
    EXPECT_EQ(tally.All(), plain ? 400 : model.bytes.size() * 8);
    EXPECT_EQ(tally.Of(Verdict::kCheck), tally.All()) << model.path;
  }
}

TEST(FileFlips, AndOfAPreparedImage) {
  Model model = testing::TinyModel("tiny_k1", 3);
  model.bytes = *PrepareImage(model, Variant::kQ15, ImageLayout::kTiles);
  EXPECT_EQ(Flipped(model, {.variant = Variant::kQ15, .tokens = 1, .progress = {}}).Of(Verdict::kCheck),
            model.bytes.size() * 8);
}

// ATOME01 has no checksum: a trit that becomes another is a file like any other, one that becomes 10 is none.
TEST(FileFlips, WithoutAChecksumOnlyWhatIsInvalidIsSeen) {
  const Model model = testing::TinyModel("tiny_k1", 1);
  const Tally tally = Flipped(model, {.tokens = 2, .flips = 800, .progress = {}});
  EXPECT_EQ(tally.All(), 800u);
  EXPECT_GT(tally.Of(Verdict::kCheck), 0u);
  EXPECT_LT(tally.Of(Verdict::kCheck), tally.All());
  EXPECT_GT(tally.Of(Verdict::kParity) + tally.Of(Verdict::kSilent), 0u);
  EXPECT_EQ(tally.Of(Verdict::kFault) + tally.Of(Verdict::kHang) + tally.Of(Verdict::kGarbled), 0u);
}

TEST(FileFlips, AreTheSameForAnyNumberOfJobs) {
  const Model model = testing::TinyModel("tiny_k1", 2);
  FilePlan plan{.tokens = 2, .flips = 200, .seed = 3, .progress = {}};
  const Result<std::vector<FileFlip>> one = FlipFile(model, plan);
  plan.jobs = 4;
  const Result<std::vector<FileFlip>> four = FlipFile(model, plan);
  ASSERT_TRUE(one.ok() && four.ok());
  for (size_t k = 0; k < one->size(); ++k) {
    EXPECT_EQ((*one)[k].offset, (*four)[k].offset);
    EXPECT_EQ((*one)[k].judgement.verdict, (*four)[k].judgement.verdict);
    EXPECT_EQ((*one)[k].judgement.why, (*four)[k].judgement.why);
    const Judgement alone = FlipOne(model, plan, (*one)[k].offset, (*one)[k].bit);
    ASSERT_EQ(alone.verdict, (*one)[k].judgement.verdict);
  }
}

TEST(FileFlips, AModelThatDoesNotRunIsTold) {
  Model model = testing::TinyModel("tiny_k1", 3);
  model.bytes[100] = static_cast<char>(model.bytes[100] ^ 1);
  const Result<std::vector<FileFlip>> flips = FlipFile(model, {.progress = {}});
  ASSERT_FALSE(flips.ok());
  EXPECT_NE(flips.error().message.find("tiny_k1.atome03"), std::string::npos);
}

}  // namespace
}  // namespace atome::harness
