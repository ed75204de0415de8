// What atome_plain_open makes of PLAIN01 files, whole and damaged.
#include "engine/plain/plain_file.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/testing/plain_builder.h"

namespace atome::plain {
namespace {

using testing::PlainBuilder;
using testing::PlainOwner;

constexpr atome_plain_config kOdd = {11, 6, 2, 2, 5, 7, ATOME_PLAIN_FP32};
constexpr atome_plain_config kOddInt8 = {11, 6, 2, 2, 5, 7, ATOME_PLAIN_INT8};

constexpr atome_tensor NameOf(uint8_t kind) {
  constexpr atome_tensor kNames[] = {ATOME_TENSOR_EMBED,         ATOME_TENSOR_POSITIONS,
                                     ATOME_TENSOR_BLOCK_VECTORS, ATOME_TENSOR_BLOCK_WEIGHTS,
                                     ATOME_TENSOR_FINAL_VECTORS, ATOME_TENSOR_UNEMBED};
  return kNames[kind - 1];
}

class EitherFile : public ::testing::TestWithParam<atome_plain_config> {};

TEST_P(EitherFile, EveryDamagedByteIsFoundAndItsSectionNamed) {
  PlainBuilder builder(GetParam(), 1);
  const std::vector<uint8_t> file = builder.File();
  ASSERT_EQ(PlainOwner(GetParam(), file).status(), ATOME_OK);
  for (size_t at = 0; at < file.size(); ++at) {
    std::vector<uint8_t> damaged = file;
    damaged[at] ^= 0x10;
    const PlainOwner owner(GetParam(), damaged);
    if (at < 8) {
      ASSERT_EQ(owner.status(), ATOME_ERROR_MAGIC) << at;
      continue;
    }
    ASSERT_EQ(owner.status(), ATOME_ERROR_CHECKSUM) << at;
    atome_tensor name = ATOME_TENSOR_HEADER;
    uint16_t layer = 0;
    for (const auto& part : builder.parts()) {
      if (at < part.offset) break;
      name = NameOf(part.kind);
      layer = part.layer;
    }
    ASSERT_EQ(owner.where().tensor, name) << at;
    ASSERT_EQ(owner.where().layer, layer) << at;
  }
}

TEST_P(EitherFile, EveryTruncationIsFound) {
  const std::vector<uint8_t> file = PlainBuilder(GetParam(), 2).File();
  for (size_t size = 0; size < file.size(); ++size) {
    ASSERT_NE(PlainOwner(GetParam(), {file.begin(), file.begin() + static_cast<ptrdiff_t>(size)}).status(),
              ATOME_OK)
        << size;
  }
  std::vector<uint8_t> longer = file;
  longer.resize(file.size() + 4);
  EXPECT_EQ(PlainOwner(GetParam(), longer).status(), ATOME_ERROR_SIZE);
}

TEST_P(EitherFile, ValuesThatAreNotFinite) {
  for (size_t part = 0; part < 8; ++part) {
    PlainBuilder builder(GetParam(), 3);
    const uint32_t infinity = std::bit_cast<uint32_t>(std::numeric_limits<float>::infinity());
    std::vector<uint8_t>& bytes = builder.parts()[part].bytes;
    std::copy_n(reinterpret_cast<const uint8_t*>(&infinity), 4, bytes.begin() + 4);
    const PlainOwner owner(GetParam(), builder.File());
    EXPECT_EQ(owner.status(), ATOME_ERROR_VALUE);
    EXPECT_EQ(owner.where().offset, builder.parts()[part].offset + 4);
    EXPECT_EQ(owner.where().tensor, NameOf(builder.parts()[part].kind));
  }
}

TEST_P(EitherFile, TheCallersConfigurationMustBeTheFiles) {
  const std::vector<uint8_t> file = PlainBuilder(GetParam(), 4).File();
  for (auto member : {&atome_plain_config::vocab_size, &atome_plain_config::n_layers,
                      &atome_plain_config::d_ff, &atome_plain_config::max_seq}) {
    atome_plain_config config = GetParam();
    ++(config.*member);
    EXPECT_EQ(PlainOwner(config, file).status(), ATOME_ERROR_CONFIG);
  }
  atome_plain_config config = GetParam();
  config.weights ^= 1;
  EXPECT_EQ(PlainOwner(config, file).status(), ATOME_ERROR_CONFIG);
  config = GetParam();
  config.n_heads = 3;  // of the width 6, too
  EXPECT_EQ(PlainOwner(config, file).status(), ATOME_ERROR_CONFIG);
  config.d_model = 12;
  EXPECT_EQ(PlainOwner(config, file).status(), ATOME_ERROR_CONFIG);
  config = GetParam();
  config.max_seq = 3;
  EXPECT_EQ(PlainOwner(config, file).status(), ATOME_OK) << "fewer positions are the caller's choice";
}

INSTANTIATE_TEST_SUITE_P(Weights, EitherFile, ::testing::Values(kOdd, kOddInt8));

TEST(PlainFile, CodesThatAreNone) {
  for (const uint8_t bad : {uint8_t{0x80}, uint8_t{1}}) {
    PlainBuilder builder(kOddInt8, 5);
    std::vector<uint8_t>& embed = builder.parts()[0].bytes;
    const size_t at = 11 * 4 + (bad == 0x80 ? 5 : 7);  // a code of the first row, and its padding
    embed[at] = bad;
    const PlainOwner owner(kOddInt8, builder.File());
    EXPECT_EQ(owner.status(), ATOME_ERROR_CODE);
    EXPECT_EQ(owner.where().offset, builder.parts()[0].offset + at);
  }
}

TEST(PlainFile, PartsThatDoNotFitTheTable) {
  PlainBuilder builder(kOdd, 6);
  builder.parts()[3].layer = 1;
  EXPECT_EQ(PlainOwner(kOdd, builder.File()).status(), ATOME_ERROR_SIZE);
  PlainBuilder longer(kOdd, 6);
  longer.parts()[3].bytes.resize(longer.parts()[3].bytes.size() + 4);
  EXPECT_EQ(PlainOwner(kOdd, longer.File()).status(), ATOME_ERROR_SIZE);
  PlainBuilder other(kOdd, 6);
  other.parts()[0].encoding = 1;
  EXPECT_EQ(PlainOwner(kOdd, other.File()).status(), ATOME_ERROR_CODE);
}

}  // namespace
}  // namespace atome::plain
