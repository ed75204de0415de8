// What atome_open makes of ATOME03 files, whole and damaged.
#include "engine/files/columns_file.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "engine/testing/columns_builder.h"
#include "engine/testing/engine_owner.h"

namespace atome {
namespace {

using testing::ColumnsBuilder;
using testing::EngineOwner;
using testing::Part;

constexpr atome_config kOdd = {11, 7, 2, 3, 3, 2, 5};

EngineOwner Open(const std::vector<uint8_t>& file, const atome_config& config = kOdd) {
  return EngineOwner(config, file);
}

atome_tensor NameOf(const Part& part) {
  static constexpr atome_tensor kNames[] = {ATOME_TENSOR_EMBED, ATOME_TENSOR_BLOCK_VECTORS,
                                            ATOME_TENSOR_BLOCK_WEIGHTS, ATOME_TENSOR_FINAL_VECTORS,
                                            ATOME_TENSOR_UNEMBED};
  return kNames[part.kind - 1];
}

TEST(ColumnsFile, GivesTheBitsOfTheOtherFormats) {
  testing::Source source(31);
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const auto up_to = [&source](uint32_t most) { return static_cast<uint16_t>(1 + source.Below(most)); };
    const atome_config config = {up_to(60), up_to(40), up_to(3), up_to(17), up_to(9), up_to(9), up_to(9)};
    const testing::Model model = testing::RandomModel(config, seed);
    const std::vector<uint32_t> tokens = testing::RandomTokens(config, 12, seed);
    const std::vector<testing::Bits> expected = EngineOwner(testing::Pack(model, 2)).Run(tokens);
    ASSERT_EQ(expected.size(), tokens.size());
    ASSERT_EQ(EngineOwner(testing::PackColumns(model)).Run(tokens), expected) << "seed " << seed;
  }
}

TEST(ColumnsFile, CarriesItsDimensions) {
  const std::vector<uint8_t> file = ColumnsBuilder(testing::RandomModel(kOdd, 1)).File();
  atome_config config{};
  ASSERT_EQ(atome_file_config(file.data(), file.size(), &config), ATOME_OK);
  EXPECT_EQ(std::memcmp(&config, &kOdd, sizeof config), 0);
  EXPECT_EQ(atome_file_config(file.data(), 27, &config), ATOME_ERROR_SIZE);
  EXPECT_EQ(atome_file_config(file.data(), 28, &config), ATOME_ERROR_CHECKSUM);
  EXPECT_EQ(atome_file_config(file.data(), 7, &config), ATOME_ERROR_MAGIC);
  EXPECT_EQ(atome_file_config(nullptr, 99, &config), ATOME_ERROR_ARGUMENT);
  EXPECT_EQ(atome_file_config(file.data(), file.size(), nullptr), ATOME_ERROR_ARGUMENT);
}

// Its dimensions are what a caller takes memory by.
TEST(ColumnsFile, GivesNoDimensionsOfADamagedHeader) {
  const std::vector<uint8_t> whole = ColumnsBuilder(testing::RandomModel(kOdd, 1)).File();
  const size_t end = ColumnsFile::TableEnd(kOdd.n_layers) + 4;
  for (size_t at = 8; at < end; ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::vector<uint8_t> file = whole;
      file[at] = static_cast<uint8_t>(file[at] ^ 1 << bit);
      atome_config config = kOdd;
      ASSERT_EQ(atome_file_config(file.data(), file.size(), &config), ATOME_ERROR_CHECKSUM) << at;
      ASSERT_EQ(std::memcmp(&config, &kOdd, sizeof config), 0) << at;
    }
  }
}

TEST(ColumnsFile, OnlyTheWindowMayDifferFromTheFile) {
  const std::vector<uint8_t> file = ColumnsBuilder(testing::RandomModel(kOdd, 1)).File();
  atome_config config = kOdd;
  config.max_seq = 99;
  EXPECT_EQ(Open(file, config).status(), ATOME_OK);
  for (auto dimension : {&atome_config::vocab_size, &atome_config::d_model, &atome_config::n_layers,
                         &atome_config::d_head, &atome_config::kernel_size, &atome_config::top_k}) {
    config = kOdd;
    ++(config.*dimension);
    EXPECT_EQ(Open(file, config).status(), ATOME_ERROR_CONFIG);
  }
}

// Every bit of every byte, and the answer names the section.
TEST(ColumnsFile, EveryDamagedByteIsFound) {
  ColumnsBuilder builder(testing::RandomModel(kOdd, 1));
  const std::vector<uint8_t> whole = builder.File();
  ASSERT_EQ(Open(whole).status(), ATOME_OK);
  size_t part = 0;
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::vector<uint8_t> file = whole;
      file[at] = static_cast<uint8_t>(file[at] ^ 1 << bit);
      const EngineOwner engine = Open(file);
      const bool body = at >= builder.parts()[0].offset;
      while (body && part + 1 < builder.parts().size() && at >= builder.parts()[part + 1].offset) ++part;
      if (at < 8) {  // another format's magic finds another size
        ASSERT_EQ(engine.status(), file[6] == '1' || file[6] == '2' ? ATOME_ERROR_SIZE : ATOME_ERROR_MAGIC);
        continue;
      }
      ASSERT_EQ(engine.status(), ATOME_ERROR_CHECKSUM) << "byte " << at;
      ASSERT_EQ(engine.where().tensor, body ? NameOf(builder.parts()[part]) : ATOME_TENSOR_HEADER) << at;
      ASSERT_EQ(engine.where().layer, body ? builder.parts()[part].layer : 0) << "byte " << at;
    }
  }
}

TEST(ColumnsFile, TruncationsAndExtensionsAreRefused) {
  const std::vector<uint8_t> whole = ColumnsBuilder(testing::RandomModel(kOdd, 1)).File();
  for (size_t length = 0; length < whole.size() + 9; ++length) {
    if (length == whole.size()) continue;
    std::vector<uint8_t> file = whole;
    file.resize(length);
    const atome_status status = Open(file).status();
    ASSERT_TRUE(length < 8 ? status == ATOME_ERROR_MAGIC
                           : status == ATOME_ERROR_SIZE || status == ATOME_ERROR_CHECKSUM)
        << length << " bytes: " << status;
  }
}

// A file whose checksums all fit may still hold what no table has an entry for.
TEST(ColumnsFile, InvalidCodesAreRefused) {
  for (size_t part : {size_t{0}, size_t{2}, size_t{4}, size_t{6}}) {
    ColumnsBuilder builder(testing::RandomModel(kOdd, 1));
    const size_t scales = builder.parts()[part].kind == 3 ? 20 : 4;
    for (uint32_t code = 0; code < 256; ++code) {
      builder.parts()[part].bytes[scales + code % 7] = static_cast<uint8_t>(code);
      const EngineOwner engine = Open(builder.File());
      ASSERT_EQ(engine.status(), code > 242 ? ATOME_ERROR_CODE : ATOME_OK) << part << ' ' << code;
      if (code > 242) {
        EXPECT_EQ(engine.where().offset, builder.parts()[part].offset + scales + code % 7);
        EXPECT_EQ(engine.where().tensor, NameOf(builder.parts()[part]));
      }
      builder.parts()[part].bytes[scales + code % 7] = 121;
    }
  }
}

TEST(ColumnsFile, ValuesThatAreNotFiniteAreRefused) {
  const float bad = std::numeric_limits<float>::infinity();
  for (size_t part = 0; part < 7; ++part) {
    ColumnsBuilder builder(testing::RandomModel(kOdd, 1));
    std::memcpy(builder.parts()[part].bytes.data(), &bad, 4);
    const EngineOwner engine = Open(builder.File());
    EXPECT_EQ(engine.status(), ATOME_ERROR_VALUE);
    EXPECT_EQ(engine.where().tensor, NameOf(builder.parts()[part]));
  }
}

TEST(ColumnsFile, SectionsOutOfPlaceAreRefused) {
  for (size_t part = 0; part < 7; ++part) {
    for (int change = 0; change < 4; ++change) {
      ColumnsBuilder builder(testing::RandomModel(kOdd, 1));
      Part& changed = builder.parts()[part];
      if (change == 0) changed.kind = static_cast<uint8_t>(changed.kind % 5 + 1);
      if (change == 1) changed.layer += 1;
      if (change == 2) changed.encoding = 3;
      if (change == 3) changed.bytes.resize(changed.bytes.size() + 4);
      EXPECT_EQ(Open(builder.File()).status(), change == 2 ? ATOME_ERROR_CODE : ATOME_ERROR_SIZE);
    }
  }
}

// Vectors in half precision are the same numbers.
TEST(ColumnsFile, HalfPrecision) {
  testing::Model model = testing::RandomModel(kOdd, 3);
  // Every kind of half: normal, subnormal, zeros.
  constexpr struct {
    uint16_t half;
    float value;
  } kPairs[] = {{0x3C00, 1.0f},     {0xBC00, -1.0f},        {0x3555, 0x1.554p-2f}, {0x7BFF, 65504.0f},
                {0x0400, 0x1p-14f}, {0x03FF, 0x1.FF8p-15f}, {0x0001, 0x1p-24f},    {0x8001, -0x1p-24f},
                {0x0000, 0.0f},     {0x8000, -0.0f},        {0x4248, 0x1.92p1f}};
  for (const auto& [half, value] : kPairs) {
    const uint8_t bytes[] = {static_cast<uint8_t>(half), static_cast<uint8_t>(half >> 8)};
    EXPECT_EQ(ToBits(LoadHalf(bytes)), ToBits(value));
  }
  std::vector<uint8_t> halves;
  for (std::vector<float>* vector : {&model.final_gamma, &model.final_beta}) {
    for (size_t i = 0; i < vector->size(); ++i) {
      const auto& pair = kPairs[(i + 2) % 4 == 3 ? 2 : (i + 2) % 4];
      (*vector)[i] = pair.value;
      halves.push_back(static_cast<uint8_t>(pair.half));
      halves.push_back(static_cast<uint8_t>(pair.half >> 8));
    }
  }
  ColumnsBuilder builder(model);
  const std::vector<uint32_t> tokens = testing::RandomTokens(kOdd, 9, 1);
  const std::vector<testing::Bits> expected = EngineOwner(testing::Pack(model, 1)).Run(tokens);
  builder.parts()[5].encoding = 2;
  builder.parts()[5].bytes = halves;
  ASSERT_EQ(halves.size() % 4, 0u);
  EXPECT_EQ(Open(builder.File()).Run(tokens), expected);
}

}  // namespace
}  // namespace atome
