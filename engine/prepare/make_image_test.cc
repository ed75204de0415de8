#include "engine/prepare/make_image.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/files/crc32.h"
#include "engine/image/codes.h"
#include "engine/testing/columns_builder.h"
#include "engine/testing/model_builder.h"
#include "engine/variants.h"

namespace atome::prepare {
namespace {

using testing::PackAs;
using testing::PackedModel;
using testing::RandomModel;

constexpr atome_config kTiny{5, 6, 2, 3, 3, 2, 4};

std::vector<uint8_t> ImageOf(const PackedModel& model, ImageVariant variant, ImageLayout layout) {
  ImageOrder order{model.config, variant, layout, {}};
  for (size_t i = 0; i < order.source_sha256.size(); ++i) order.source_sha256[i] = static_cast<uint8_t>(i);
  std::vector<uint8_t> image;
  EXPECT_EQ(MakeImage(order, model.file, &image, nullptr), ATOME_OK);
  return image;
}

// What an engine of `kTable` answers; nothing when it takes no such model.
template <const auto& kTable>
std::vector<uint32_t> Logits(const atome_config& config, const std::vector<uint8_t>& file,
                             atome_status* status) {
  using Table = std::remove_cvref_t<decltype(kTable)>;
  size_t bytes = 0;
  EXPECT_EQ(kTable.state_bytes(&config, &bytes), ATOME_OK);
  const auto memory = std::make_unique<uint64_t[]>(bytes / 8);
  typename Table::Engine* engine = nullptr;
  *status = kTable.open(&config, file.data(), file.size(), memory.get(), bytes, &engine, nullptr);
  std::vector<uint32_t> answer;
  if (*status != ATOME_OK) return answer;
  std::vector<typename Table::Logit> logits(config.vocab_size);
  for (uint32_t token = 0; token < 12; ++token) {
    EXPECT_EQ(kTable.step(engine, token % config.vocab_size, logits.data()), ATOME_OK);
    for (const auto logit : logits) answer.push_back(kTable.logit_bits(engine, logit));
  }
  return answer;
}

template <const auto& kTable>
void ExpectSameLogits(ImageVariant variant) {
  for (const atome_config& config :
       {kTiny, atome_config{300, 33, 2, 16, 5, 4, 31}, atome_config{3, 1, 2, 1, 1, 1, 1},
        atome_config{7, 13, 1, 3, 64, 5, 9}, atome_config{11, 72, 1, 7, 3, 2, 5},
        atome_config{16, 128, 1, 8, 2, 3, 4}}) {
    for (const int format : {1, 2, 3}) {
      const PackedModel model = PackAs(RandomModel(config, 5), format);
      atome_status status{};
      const std::vector<uint32_t> expected = Logits<kTable>(config, model.file, &status);
      ASSERT_EQ(status, ATOME_OK);
      for (const ImageLayout layout : {ImageLayout::kColumns, ImageLayout::kTiles}) {
        const auto image = ImageOf(model, variant, layout);
        EXPECT_EQ(Logits<kTable>(config, image, &status), expected);
        EXPECT_EQ(status, ATOME_OK);
      }
    }
  }
}

TEST(MakeImage, EnginesAnswerAsFromTheFile) {
  ExpectSameLogits<variant::kF32>(ImageVariant::kF32);
  ExpectSameLogits<variant::kF32Kv16>(ImageVariant::kF32Kv16);
  ExpectSameLogits<variant::kQ15>(ImageVariant::kQ15);
  ExpectSameLogits<variant::kQ15Kv8>(ImageVariant::kQ15Kv8);
}

TEST(MakeImage, EveryFlippedBitIsRefused) {
  std::vector<uint8_t> image =
      ImageOf(PackAs(RandomModel(kTiny, 6), 3), ImageVariant::kF32, ImageLayout::kColumns);
  atome_status status{};
  for (size_t bit = 0; bit < image.size() * 8; ++bit) {
    image[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    EXPECT_TRUE(Logits<variant::kF32>(kTiny, image, &status).empty()) << bit;
    image[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
  }
  EXPECT_FALSE(Logits<variant::kF32>(kTiny, image, &status).empty());
}

TEST(MakeImage, DamageIsRefused) {
  const std::vector<uint8_t> whole =
      ImageOf(PackAs(RandomModel(kTiny, 6), 3), ImageVariant::kQ15, ImageLayout::kColumns);
  testing::Source source(7);
  atome_status status{};
  for (int repeat = 0; repeat < 2000; ++repeat) {
    std::vector<uint8_t> image = whole;
    for (uint32_t count = 1 + source.Below(8); count != 0; --count)
      image[source.Below(static_cast<uint32_t>(image.size()))] ^= static_cast<uint8_t>(1 + source.Below(255));
    if (source.Below(2) == 0) image.resize(source.Below(static_cast<uint32_t>(image.size() + 9)));
    if (image == whole) continue;
    EXPECT_TRUE(Logits<variant::kQ15>(kTiny, image, &status).empty());
  }
}

TEST(MakeImage, IsOfOneVariantVersionLayoutAndConfiguration) {
  const PackedModel model = PackAs(RandomModel(kTiny, 6), 3);
  const std::vector<uint8_t> image = ImageOf(model, ImageVariant::kQ15, ImageLayout::kColumns);
  atome_status status{};
  EXPECT_TRUE(Logits<variant::kF32>(kTiny, image, &status).empty());
  EXPECT_TRUE(Logits<variant::kQ15Kv8>(kTiny, image, &status).empty());
  // With a checksum that fits.
  const auto changed = [&](size_t at, uint8_t value) {
    std::vector<uint8_t> other = image;
    other[at] = value;
    const uint32_t crc = Crc32(other.data(), static_cast<uint32_t>(other.size() - 4));
    std::memcpy(&other[other.size() - 4], &crc, 4);
    return other;
  };
  EXPECT_TRUE(Logits<variant::kQ15>(kTiny, changed(offsetof(ImageStart, version), 2), &status).empty());
  EXPECT_TRUE(Logits<variant::kQ15>(kTiny, changed(offsetof(ImageStart, layout), 6), &status).empty());
  EXPECT_EQ(status, ATOME_ERROR_MAGIC);
  EXPECT_TRUE(Logits<variant::kQ15>(kTiny, changed(offsetof(ImageStart, config), 6), &status).empty());
  EXPECT_EQ(status, ATOME_ERROR_CONFIG);
  atome_config longer = kTiny;
  longer.max_seq = 9;  // the caller's choice
  EXPECT_FALSE(Logits<variant::kQ15>(longer, image, &status).empty());
  std::vector<uint8_t> skewed(image.size() + 4);
  std::memcpy(&skewed[4], image.data(), image.size());
  uint64_t memory[1 << 12];
  atome_q15_engine* engine = nullptr;
  EXPECT_EQ(atome_q15_open(&kTiny, 16, &skewed[4], image.size(), memory, sizeof memory, &engine, nullptr),
            ATOME_ERROR_MEMORY);
}

TEST(MakeImage, RefusesWhatTheEngineRefuses) {
  testing::Model ternary = RandomModel(kTiny, 8);
  ternary.blocks[1].gamma[0] = 3e38f;
  const PackedModel model = PackAs(ternary, 3);
  std::vector<uint8_t> image;
  atome_location where{};
  const ImageOrder order{kTiny, ImageVariant::kF32, ImageLayout::kTiles, {}};
  EXPECT_EQ(MakeImage(order, model.file, &image, &where), ATOME_ERROR_RANGE);
  EXPECT_EQ(where.layer, 1);
  std::vector<uint8_t> damaged = model.file;
  damaged.back() ^= 1;
  EXPECT_EQ(MakeImage(order, damaged, &image, &where), ATOME_ERROR_CHECKSUM);
  where = {1, 2, 3};
  EXPECT_EQ(MakeImage({{}, order.variant, order.layout, {}}, model.file, &image, &where), ATOME_ERROR_CONFIG);
  EXPECT_EQ(where.offset, 0u);
  EXPECT_EQ(where.layer, 0);
  EXPECT_EQ(where.tensor, ATOME_TENSOR_NONE);
  EXPECT_TRUE(image.empty());
  // An image is no model file.
  image = ImageOf(PackAs(RandomModel(kTiny, 6), 3), ImageVariant::kF32, ImageLayout::kColumns);
  std::vector<uint8_t> again;
  EXPECT_EQ(MakeImage(order, image, &again, &where), ATOME_ERROR_MAGIC);
}

}  // namespace
}  // namespace atome::prepare
