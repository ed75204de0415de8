// The pass of one token: against the formulas in double precision, and dimensions compiled in against
// dimensions chosen when the model is opened.
#include "engine/f32/session.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "engine/cached_shape.h"
#include "engine/testing/columns_builder.h"
#include "engine/testing/double_oracle.h"
#include "engine/testing/engine_owner.h"
#include "engine/testing/model_builder.h"

namespace atome {
namespace {

using testing::Bits;
using testing::EngineOwner;
using testing::Pack;
using testing::PackedModel;

// Worst |logit - oracle's| over the greatest |logit| of the run.
double WorstDifference(const testing::Model& model, int format, const std::vector<uint32_t>& tokens) {
  const std::vector<testing::Vector> expected = testing::OracleLogits(model, tokens);
  EngineOwner engine(Pack(model, format));
  EXPECT_EQ(engine.status(), ATOME_OK);
  double most = 0, difference = 0;
  for (size_t t = 0; t < tokens.size(); ++t) {
    EXPECT_EQ(engine.Step(tokens[t]), ATOME_OK);
    for (size_t v = 0; v < expected[t].size(); ++v) {
      most = std::max(most, std::abs(expected[t][v]));
      difference = std::max(difference, std::abs(double{engine.logits()[v]} - expected[t][v]));
    }
  }
  return difference / most;
}

constexpr double kTolerance = 4e-6;  // of random models this small; trained ones stay under 1e-6

TEST(Session, AgreesWithTheFormulasWithinTheWindow) {
  constexpr atome_config kConfigs[] = {{23, 16, 1, 8, 1, 1, 40},
                                       {31, 24, 2, 5, 3, 4, 40},
                                       {64, 32, 4, 16, 5, 4, 40},
                                       {17, 19, 3, 21, 9, 64, 40}};
  for (const atome_config& config : kConfigs) {
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      const testing::Model model = testing::RandomModel(config, seed);
      EXPECT_LT(
          WorstDifference(model, 1 + static_cast<int>(seed % 2), testing::RandomTokens(config, 32, seed)),
          kTolerance)
          << "d " << config.d_model << ", seed " << seed;
    }
  }
}

TEST(Session, AgreesWithTheFormulasFarPastTheWindow) {
  for (uint16_t max_seq : std::initializer_list<uint16_t>{1, 2, 3, 7, 16}) {
    const atome_config config = {29, 24, 3, 8, 5, 4, max_seq};
    const testing::Model model = testing::RandomModel(config, 10 + max_seq);
    EXPECT_LT(WorstDifference(model, 2, testing::RandomTokens(config, 60, 4)), kTolerance)
        << "max_seq " << max_seq;
  }
}

// Signs of the scales reach the scores through one sign and the sums through s_T.
TEST(Session, AgreesWithTheFormulasForNegativeScales) {
  const atome_config config = {29, 24, 2, 8, 5, 3, 12};
  for (uint32_t signs = 0; signs < 128; signs += 9) {
    testing::Model model = testing::RandomModel(config, 77);
    float* const scales[] = {&model.embed.scale,           &model.unembed.scale,
                             &model.blocks[0].wq.scale,    &model.blocks[0].wk.scale,
                             &model.blocks[0].wv.scale,    &model.blocks[1].conv.scale,
                             &model.blocks[1].router.scale};
    for (uint32_t i = 0; i < 7; ++i) *scales[i] *= (signs >> i & 1) != 0 ? -1.0f : 1.0f;
    EXPECT_LT(WorstDifference(model, 1, testing::RandomTokens(config, 30, signs)), kTolerance) << signs;
  }
}

// Until the smaller window is full, its size cannot matter.
TEST(Session, WindowSizeMattersOnlyOnceItIsFull) {
  atome_config config = {29, 24, 2, 8, 5, 3, 9};
  const std::vector<uint32_t> tokens = testing::RandomTokens(config, 20, 5);
  const testing::Model model = testing::RandomModel(config, 6);
  PackedModel packed = Pack(model, 1);
  const std::vector<Bits> narrow = EngineOwner(packed).Run(tokens);
  packed.config.max_seq = 64;
  const std::vector<Bits> wide = EngineOwner(packed).Run(tokens);
  for (size_t t = 0; t < 9; ++t) EXPECT_EQ(narrow[t], wide[t]) << "position " << t;
  EXPECT_NE(narrow.back(), wide.back());
}

// Without queries every score is 0: the oldest k positions of the window share attention alike, however long
// the run.
TEST(Session, TiesGoToTheOldestOfTheWindow) {
  const atome_config config = {29, 16, 1, 4, 1, 2, 6};
  testing::Model model = testing::RandomModel(config, 8);
  for (int8_t& trit : model.blocks[0].wq.trits) trit = 0;
  EXPECT_LT(WorstDifference(model, 1, testing::RandomTokens(config, 40, 6)), kTolerance);
}

// A session in memory of its own, of exactly the size it asks for.
template <class Shape>
class Owned {
 public:
  Owned(const Shape& shape, const uint8_t* file)
      : memory_(new uint64_t[Session<Shape>::StateBytes(shape) / 8]()),
        session_(new (memory_.get()) Session<Shape>(shape, file)),
        logits_(shape.vocab_size()) {
    EXPECT_EQ(session_->Prepare(nullptr), ATOME_OK);
  }
  Bits Step(uint32_t token) {
    EXPECT_EQ(session_->StepLogits(token, logits_.data()), ATOME_OK);
    return testing::ToBitVector(logits_.data(), logits_.size());
  }

 private:
  std::unique_ptr<uint64_t[]> memory_;
  Session<Shape>* session_;
  std::vector<float> logits_;
};

using Runtime = CachedShape<RuntimeShape, RuntimeCache<32, 16>>;

template <class Fixed, int kBits>
void ExpectSameAsRuntime(uint64_t seed) {
  const atome_config config = Fixed::kConfig;
  const PackedModel model =
      testing::PackAs(testing::RandomModel(config, seed), static_cast<int>(Fixed::format()));
  Runtime shape;
  ASSERT_TRUE(shape.Set(config) && shape.Set(Fixed::format()) && shape.SetCache(kBits));
  if (Fixed::format() != Format::kColumns) {
    EXPECT_EQ(FileLayout(Fixed()).FileBytes(), model.file.size());
  }
  using FixedCached = CachedShape<Fixed, FixedCache<kBits, 32, 16>>;
  Owned<FixedCached> fixed(FixedCached(), model.file.data());
  Owned<Runtime> runtime(shape, model.file.data());
  EngineOwner through_api(model, kBits);
  for (uint32_t token : testing::RandomTokens(config, 3u * config.max_seq + 5, seed)) {
    const Bits expected = runtime.Step(token);
    ASSERT_EQ(fixed.Step(token), expected);
    ASSERT_EQ(through_api.Step(token), ATOME_OK);
    ASSERT_EQ(testing::ToBitVector(through_api.logits().data(), expected.size()), expected);
  }
}

template <int kBits>
void ExpectFixedShapesSameAsRuntime() {
  ExpectSameAsRuntime<FixedShape<11, 7, 2, 3, 3, 2, 5, 1>, kBits>(1);
  ExpectSameAsRuntime<FixedShape<11, 7, 2, 3, 3, 2, 5, 2>, kBits>(1);
  ExpectSameAsRuntime<FixedShape<33, 16, 3, 16, 1, 1, 8, 2>, kBits>(2);  // no convolution history
  ExpectSameAsRuntime<FixedShape<2, 1, 1, 1, 2, 64, 1, 1>, kBits>(3);    // the narrowest
  ExpectSameAsRuntime<FixedShape<256, 64, 4, 16, 5, 4, 16, 2>, kBits>(4);
  ExpectSameAsRuntime<FixedShape<11, 7, 2, 3, 3, 2, 5, 3>, kBits>(1);
  ExpectSameAsRuntime<FixedShape<2, 1, 1, 1, 2, 64, 1, 3>, kBits>(3);
  ExpectSameAsRuntime<FixedShape<256, 64, 4, 16, 5, 4, 16, 3>, kBits>(4);
}

TEST(Session, FixedShapesGiveTheBitsOfRuntimeShapes) {
  ExpectFixedShapesSameAsRuntime<32>();
  ExpectFixedShapesSameAsRuntime<16>();
}

TEST(Session, FixedShapesTakeNoOther) {
  using Fixed = FixedShape<11, 7, 2, 3, 3, 2, 5, 1>;
  EXPECT_TRUE(Fixed().Set(Fixed::kConfig) && Fixed().Set(Format::kTwoBit));
  EXPECT_FALSE(Fixed().Set(Format::kBase3));
  uint16_t atome_config::*const kDimensions[] = {
      &atome_config::vocab_size,  &atome_config::d_model, &atome_config::n_layers, &atome_config::d_head,
      &atome_config::kernel_size, &atome_config::top_k,   &atome_config::max_seq};
  for (auto dimension : kDimensions) {
    atome_config other = Fixed::kConfig;
    ++(other.*dimension);
    EXPECT_FALSE(Fixed().Set(other));
  }
}

TEST(Session, ArraysOfTheMemoryLieInOrderAndAligned) {
  testing::Source source(17);
  for (int repeat = 0; repeat < 200; ++repeat) {
    const auto up_to = [&source](uint32_t most) { return static_cast<uint16_t>(1 + source.Below(most)); };
    Runtime shape{};
    ASSERT_TRUE(
        shape.SetCache(repeat % 2 == 0 ? 32 : 16) &&
        shape.Set(atome_config{up_to(400), up_to(99), up_to(9), up_to(40), up_to(9), up_to(9), up_to(70)}));
    const MemoryLayout<Runtime> layout(shape, 83);
    const uint64_t places[] = {
        layout.States(),      layout.Recurrent(),  layout.History(),    layout.Keys(),  layout.Values(),
        layout.Shifts(),      layout.Residual(),   layout.Quantized(),  layout.Query(), layout.KeySums(),
        layout.NarrowQuery(), layout.Candidates(), layout.RouterSums(), layout.Local(), layout.Sparse(),
        layout.Tables(),      layout.Taps(),       layout.TotalBytes()};
    uint64_t before = 83;
    for (uint64_t place : places) {
      EXPECT_GE(place, before);
      EXPECT_EQ(place % 8, 0u);
      before = place;
    }
    const ConstantsLayout<RuntimeShape> constants(shape);
    const uint32_t arrays[] = {constants.Layers(), constants.Gamma(), constants.Beta(),
                               constants.Decay(),  constants.Gain(),  constants.TotalBytes()};
    uint32_t end = constants.Model();
    for (uint32_t array : arrays) {
      EXPECT_GT(array, end);
      EXPECT_EQ(array % 8, 0u);
      end = array;
    }
  }
}

}  // namespace
}  // namespace atome
