// What atome_open makes of damaged files. Every file stands in a block of exactly its size, so that under
// AddressSanitizer a read past its end is a failure.
#include "engine/files/model_file.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "engine/testing/engine_owner.h"
#include "engine/testing/model_builder.h"

namespace atome {
namespace {

using testing::EngineOwner;
using testing::Pack;
using testing::PackedModel;
using testing::Section;

// Every ternary tensor ends in padding, in both formats, except where 2 rows divide by 4 or 5.
constexpr atome_config kOdd = {11, 7, 2, 3, 3, 2, 5};

class ModelFileTest : public ::testing::TestWithParam<int> {
 protected:
  PackedModel Odd() const { return Pack(testing::RandomModel(kOdd, 1), GetParam()); }

  // Opens `model` and expects it to fail at that place.
  static void ExpectRefused(const PackedModel& model, atome_status status, uint32_t offset, uint32_t layer,
                            atome_tensor tensor, const std::string& what) {
    const EngineOwner engine(model);
    ASSERT_EQ(engine.status(), status) << what;
    ASSERT_EQ(engine.where().offset, offset) << what;
    ASSERT_EQ(engine.where().layer, layer) << what;
    ASSERT_EQ(engine.where().tensor, tensor) << what;
  }

  static std::string Name(const Section& section) {
    return std::string(atome_tensor_name(static_cast<uint16_t>(section.tensor))) + " of layer " +
           std::to_string(section.layer);
  }
};

void PutFloat(std::vector<uint8_t>* file, uint32_t offset, float value) {
  memcpy(file->data() + offset, &value, sizeof value);
}

// The layout of the file, tensor by tensor, against the packer's.
TEST_P(ModelFileTest, LayoutIsThePackers) {
  const PackedModel model = Odd();
  RuntimeShape shape;
  ASSERT_TRUE(shape.Set(kOdd) && shape.Set(static_cast<Format>(GetParam())));
  const FileLayout layout(shape);
  EXPECT_EQ(layout.FileBytes(), model.file.size());
  EXPECT_EQ(layout.Embed(), model.Find(ATOME_TENSOR_EMBED).offset);
  EXPECT_EQ(layout.FinalGamma(), model.Find(ATOME_TENSOR_FINAL_GAMMA).offset);
  EXPECT_EQ(layout.FinalBeta(), model.Find(ATOME_TENSOR_FINAL_BETA).offset);
  EXPECT_EQ(layout.Unembed(), model.Find(ATOME_TENSOR_UNEMBED).offset);
  for (uint32_t layer = 0; layer < kOdd.n_layers; ++layer) {
    const std::pair<atome_tensor, uint64_t> places[] = {
        {ATOME_TENSOR_GAMMA, layout.Gamma()}, {ATOME_TENSOR_BETA, layout.Beta()},
        {ATOME_TENSOR_CONV, layout.Conv()},   {ATOME_TENSOR_A, layout.A()},
        {ATOME_TENSOR_B, layout.B()},         {ATOME_TENSOR_C, layout.C()},
        {ATOME_TENSOR_WQ, layout.Wq()},       {ATOME_TENSOR_WK, layout.Wk()},
        {ATOME_TENSOR_WV, layout.Wv()},       {ATOME_TENSOR_ROUTER, layout.Router()}};
    for (const auto& [tensor, offset] : places)
      EXPECT_EQ(layout.Block(layer) + offset, model.Find(tensor, layer).offset);
  }
}

TEST_P(ModelFileTest, RandomFilesOfEveryShapeOpen) {
  testing::Source source(15);
  for (uint64_t seed = 0; seed < 60; ++seed) {
    const auto up_to = [&source](uint32_t most) { return static_cast<uint16_t>(1 + source.Below(most)); };
    const atome_config config = {up_to(40), up_to(20), up_to(4), up_to(17), up_to(9), up_to(9), up_to(9)};
    const EngineOwner engine(Pack(testing::RandomModel(config, seed), GetParam()));
    EXPECT_EQ(engine.status(), ATOME_OK) << "seed " << seed;
    EXPECT_EQ(engine.where().offset, 0u);
  }
}

TEST_P(ModelFileTest, EveryTruncationIsRefused) {
  const PackedModel whole = Odd();
  const uint32_t bytes = static_cast<uint32_t>(whole.file.size());
  for (uint32_t length = 0; length < bytes; ++length) {
    PackedModel model = whole;
    model.file.resize(length);
    const bool no_magic = length < 7;
    ExpectRefused(model, no_magic ? ATOME_ERROR_MAGIC : ATOME_ERROR_SIZE, no_magic ? 0 : bytes, 0,
                  ATOME_TENSOR_NONE, std::to_string(length) + " bytes");
  }
}

TEST_P(ModelFileTest, ExtensionsAreRefused) {
  const PackedModel whole = Odd();
  for (uint32_t more : {1u, 2u, 7u, 100u, 65536u}) {
    PackedModel model = whole;
    model.file.resize(whole.file.size() + more);
    ExpectRefused(model, ATOME_ERROR_SIZE, static_cast<uint32_t>(whole.file.size()), 0, ATOME_TENSOR_NONE,
                  std::to_string(more) + " bytes more");
  }
}

TEST_P(ModelFileTest, EveryOtherMagicIsRefused) {
  const PackedModel whole = Odd();
  for (uint32_t at = 0; at < kMagicBytes; ++at) {
    for (uint32_t value = 0; value < 256; ++value) {
      PackedModel model = whole;
      if (model.file[at] == value) continue;
      model.file[at] = static_cast<uint8_t>(value);
      const bool other_format = at == 6 && (value == '1' || value == '2');
      EXPECT_EQ(EngineOwner(model).status(), other_format ? ATOME_ERROR_SIZE : ATOME_ERROR_MAGIC)
          << at << ' ' << value;
    }
  }
}

TEST_P(ModelFileTest, EveryInvalidCodeIsRefusedWhereItStands) {
  const PackedModel whole = Odd();
  const std::vector<uint8_t> invalid = GetParam() == 1
                                           ? std::vector<uint8_t>{0x02, 0x08, 0x20, 0x80, 0xAA, 0xBF, 0xFE}
                                           : std::vector<uint8_t>{243, 244, 250, 255};
  for (const Section& section : whole.sections) {
    if (!section.ternary) continue;
    for (uint32_t offset = section.offset + 4; offset < section.offset + section.bytes; ++offset) {
      for (uint8_t code : invalid) {
        PackedModel model = whole;
        model.file[offset] = code;
        ExpectRefused(model, ATOME_ERROR_CODE, offset, section.layer, section.tensor, Name(section));
      }
    }
  }
}

// All bytes, so that nothing valid is refused either: the packer says which they are.
TEST_P(ModelFileTest, ExactlyTheBytesOfFourOrFiveTritsAreAccepted) {
  std::vector<bool> valid(256);
  for (uint32_t number = 0; number < (GetParam() == 1 ? 81u : 243u); ++number) {
    std::vector<int8_t> trits;
    for (uint32_t rest = number; trits.size() < testing::TritsInByte(GetParam()); rest /= 3) {
      trits.push_back(static_cast<int8_t>(static_cast<int>(rest % 3) - 1));
    }
    valid[testing::PackTrits(trits, GetParam()).at(0)] = true;
  }
  const PackedModel whole = Odd();
  const uint32_t offset = whole.Find(ATOME_TENSOR_WV, 1).offset + 4;
  for (uint32_t value = 0; value < 256; ++value) {
    PackedModel model = whole;
    model.file[offset] = static_cast<uint8_t>(value);
    EXPECT_EQ(EngineOwner(model).status(), valid[value] ? ATOME_OK : ATOME_ERROR_CODE) << value;
  }
}

TEST_P(ModelFileTest, PaddingThatIsNotZeroIsRefused) {
  const PackedModel whole = Odd();
  const uint32_t per_byte = testing::TritsInByte(GetParam());
  int padded = 0;
  for (const Section& section : whole.sections) {
    if (!section.ternary) continue;
    const uint32_t last = section.offset + section.bytes - 1;
    for (uint32_t trit = section.count % per_byte; trit != 0 && trit < per_byte; ++trit, ++padded) {
      for (int8_t value : {int8_t{1}, int8_t{-1}}) {
        std::vector<int8_t> trits(per_byte);
        trits[trit] = value;
        PackedModel model = whole;
        model.file[last] = testing::PackTrits(trits, GetParam()).at(0);
        ExpectRefused(model, ATOME_ERROR_CODE, last, section.layer, section.tensor, Name(section));
      }
    }
  }
  EXPECT_GE(padded, 12) << "every tensor of this shape was to have padding";
}

TEST_P(ModelFileTest, EveryNumberThatIsNotFiniteIsRefusedWhereItStands) {
  const PackedModel whole = Odd();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const Section& section : whole.sections) {
    for (uint32_t i = 0; i < (section.ternary ? 1 : section.count); ++i) {
      for (float value :
           {infinity, -infinity, std::numeric_limits<float>::quiet_NaN(), FromBits(0xFF800001u)}) {
        PackedModel model = whole;
        PutFloat(&model.file, section.offset + 4 * i, value);
        ExpectRefused(model, ATOME_ERROR_VALUE, section.offset + 4 * i, section.layer, section.tensor,
                      Name(section));
      }
    }
  }
}

TEST_P(ModelFileTest, TheFirstOfSeveralFaultsIsNamed) {
  PackedModel model = Odd();
  const Section& early = model.Find(ATOME_TENSOR_B, 0);
  PutFloat(&model.file, model.Find(ATOME_TENSOR_UNEMBED).offset, std::numeric_limits<float>::infinity());
  model.file[model.Find(ATOME_TENSOR_CONV, 1).offset + 4] = 0xFE;
  PutFloat(&model.file, early.offset + 8, std::numeric_limits<float>::infinity());
  ExpectRefused(model, ATOME_ERROR_VALUE, early.offset + 8, 0, ATOME_TENSOR_B, "three faults");
}

// Finite numbers whose derived constants are not. The engine names the block for anything in one.
TEST_P(ModelFileTest, DerivedConstantsOutOfRangeAreRefused) {
  const PackedModel whole = Odd();
  const auto with = [&whole](atome_tensor tensor, uint32_t layer,
                             std::initializer_list<std::pair<atome_tensor, float>> values) {
    PackedModel model = whole;
    for (const auto& [at, value] : values) PutFloat(&model.file, model.Find(at, layer).offset, value);
    const EngineOwner engine(model);
    EXPECT_EQ(engine.status(), ATOME_ERROR_RANGE) << atome_tensor_name(static_cast<uint16_t>(tensor));
    EXPECT_EQ(engine.where().layer, layer);
    EXPECT_EQ(engine.where().tensor, tensor);
    EXPECT_EQ(engine.where().offset, model.Find(tensor, layer).offset);
  };
  with(ATOME_TENSOR_GAMMA, 1, {{ATOME_TENSOR_GAMMA, 3e38f}});
  with(ATOME_TENSOR_GAMMA, 0, {{ATOME_TENSOR_BETA, 3e38f}});
  with(ATOME_TENSOR_WQ, 1, {{ATOME_TENSOR_WQ, 3e38f}, {ATOME_TENSOR_WK, -3e38f}});
  // A great gamma makes P negative, so that the scales grow.
  for (atome_tensor tensor : {ATOME_TENSOR_CONV, ATOME_TENSOR_ROUTER}) {
    with(tensor, 1, {{ATOME_TENSOR_GAMMA, 1e15f}, {tensor, -3e38f}});
  }
  with(ATOME_TENSOR_WV, 1, {{ATOME_TENSOR_BETA, 1e20f}, {ATOME_TENSOR_WV, 3e38f}});
  with(ATOME_TENSOR_FINAL_GAMMA, 0, {{ATOME_TENSOR_FINAL_GAMMA, 3e38f}});
  with(ATOME_TENSOR_FINAL_GAMMA, 0, {{ATOME_TENSOR_FINAL_BETA, -3.4e38f}});
  with(ATOME_TENSOR_UNEMBED, 0, {{ATOME_TENSOR_FINAL_GAMMA, 1e15f}, {ATOME_TENSOR_UNEMBED, 3e38f}});
}

// Bytes at random: whatever opens must run, and nothing may read or write where it should not.
TEST_P(ModelFileTest, DamagedFilesNeverDoHarm) {
  const PackedModel whole = Odd();
  testing::Source source(16);
  int opened = 0;
  for (int repeat = 0; repeat < 3000; ++repeat) {
    PackedModel model = whole;
    for (uint32_t n = 1 + source.Below(4); n != 0; --n) {
      const uint32_t at = 7 + source.Below(static_cast<uint32_t>(model.file.size()) - 7);
      model.file[at] = static_cast<uint8_t>(source.Word());
    }
    EngineOwner engine(model);
    if (engine.status() != ATOME_OK) continue;
    ++opened;
    for (uint32_t token = 0; token < 8; ++token) {
      const atome_status status = engine.Step(token);
      ASSERT_TRUE(status == ATOME_OK || status == ATOME_ERROR_NON_FINITE);
      if (status != ATOME_OK) break;
      for (float logit : engine.logits()) ASSERT_TRUE(IsFinite(logit));
    }
  }
  EXPECT_GT(opened, 100);
}

INSTANTIATE_TEST_SUITE_P(Formats, ModelFileTest, ::testing::Values(1, 2),
                         [](const auto& instance) { return "ATOME0" + std::to_string(instance.param); });

}  // namespace
}  // namespace atome
