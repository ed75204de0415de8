#include "engine/prepare/plan.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/prepare/make_image.h"
#include "engine/testing/columns_builder.h"
#include "engine/testing/model_builder.h"

namespace atome::prepare {
namespace {

constexpr ImageVariant kVariants[] = {ImageVariant::kF32, ImageVariant::kF32Kv16, ImageVariant::kQ15,
                                      ImageVariant::kQ15Kv8};
constexpr atome_config kConfigs[] = {{5, 6, 2, 3, 3, 2, 4},
                                     {300, 33, 2, 16, 5, 4, 31},
                                     {3, 1, 2, 1, 1, 1, 1},
                                     {7, 13, 1, 3, 64, 5, 9},
                                     {11, 72, 1, 7, 3, 2, 5}};

TEST(PlanFor, ModelsTakeWhatIsPlanned) {
  for (const atome_config& config : kConfigs) {
    const testing::PackedModel model = testing::PackAs(testing::RandomModel(config, 5), 3);
    for (const ImageVariant variant : kVariants) {
      EXPECT_EQ(PlanFor(config, variant, std::nullopt)->model, model.file.size());
      for (const ImageLayout layout : {ImageLayout::kColumns, ImageLayout::kTiles}) {
        std::vector<uint8_t> image;
        ASSERT_EQ(MakeImage({config, variant, layout, {}}, model.file, &image, nullptr), ATOME_OK);
        EXPECT_EQ(PlanFor(config, variant, layout)->model, image.size());
      }
    }
  }
}

// By hand, from the comments of both memory.h: d 8, 1 layer, h 4, K 3, k 2, 16 positions.
TEST(PlanFor, CountsWhatIsKept) {
  constexpr atome_config config{10, 8, 1, 4, 3, 2, 16};
  const auto of = [&](ImageVariant variant) { return *PlanFor(config, variant, ImageLayout::kTiles); };
  EXPECT_EQ(of(ImageVariant::kF32).cache, 16u * (4 + 8) * 4);
  EXPECT_EQ(of(ImageVariant::kF32Kv16).cache, 16u * ((4 + 8) * 2 + 2));
  EXPECT_EQ(of(ImageVariant::kQ15).cache, 16u * (4 * 2 + 8 + 1));
  EXPECT_EQ(of(ImageVariant::kQ15Kv8).cache, 16u * (4 + 8 + 2));
  EXPECT_EQ(of(ImageVariant::kF32).constants, 0u);
  const Plan any = *PlanFor(config, ImageVariant::kF32, std::nullopt);
  EXPECT_GT(any.constants, 6u * 4 * 8) << "gamma and beta of two norms, decay and gain";
  EXPECT_GT(any.scratch, of(ImageVariant::kF32).scratch) << "tables of either layout";
  EXPECT_EQ(any.State(), any.constants + any.cache + any.carried + any.scratch);
  // The engine itself, on a target: what it knows when it is compiled is not in its memory.
  EXPECT_EQ(any.carried - of(ImageVariant::kF32).carried, 112u - 96u);
  EXPECT_EQ(PlanFor(config, ImageVariant::kQ15, std::nullopt)->carried - of(ImageVariant::kQ15).carried,
            88u - 72u);
}

// The rows that the convolution reads are pointers, of which 64 take as much as 64 scores on a target.
TEST(PlanFor, KnowsTheTargetsPointers) {
  atome_config config{10, 8, 1, 4, 33, 2, 16};
  const uint64_t some = PlanFor(config, ImageVariant::kQ15, ImageLayout::kTiles)->scratch;
  config.kernel_size = 64;
  EXPECT_EQ(PlanFor(config, ImageVariant::kQ15, ImageLayout::kTiles)->scratch, some);
}

TEST(PlanFor, RefusesWhatNoEngineTakes) {
  for (const auto layout : {std::optional<ImageLayout>(), std::optional(ImageLayout::kTiles)}) {
    EXPECT_FALSE(PlanFor({0, 8, 1, 4, 3, 2, 16}, ImageVariant::kF32, layout));
    EXPECT_FALSE(PlanFor({10, 2049, 1, 4, 3, 2, 16}, ImageVariant::kQ15, layout));
    EXPECT_TRUE(PlanFor({65535, 2048, 64, 256, 64, 64, 65535}, ImageVariant::kF32, layout));
  }
}

}  // namespace
}  // namespace atome::prepare
