#include "harness/model/architecture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;

constexpr char kPlain[] = "vocab_size=256,d_model=44,n_layers=3,n_heads=4,d_ff=48,max_seq=64";

TEST(ArchitectureOf, GoesByTheMagic) {
  EXPECT_EQ(ArchitectureOf(std::string_view("PLAIN01\0rest", 12)), Architecture::kPlain);
  for (const std::string_view other : {std::string_view("PLAIN01"), std::string_view("PLAIN02\0", 8),
                                       std::string_view("ATOME03\0", 8), std::string_view("")}) {
    EXPECT_EQ(ArchitectureOf(other), Architecture::kTernary);
  }
}

TEST(ModelConfig, KeepsWhatAnEngineTakes) {
  const ModelConfig plain = atome_plain_config{256, 44, 3, 4, 48, 64, ATOME_PLAIN_INT8};
  EXPECT_THAT(plain.Dimensions(), ElementsAre(256, 44, 3, 4, 48, 64, 1));
  EXPECT_EQ(plain.Plain().d_ff, 48);
  EXPECT_EQ(plain.Plain().weights, ATOME_PLAIN_INT8);
  EXPECT_EQ(ConfigToString(plain), kPlain);
  const ModelConfig ternary = atome_config{256, 64, 4, 16, 5, 3, 32};
  EXPECT_THAT(ternary.Dimensions(), ElementsAre(256, 64, 4, 16, 5, 3, 32));
  EXPECT_EQ(ternary.Ternary().top_k, 3);
}

TEST(ModelConfig, CountsParameters) {
  const auto count = [](std::string_view text, Architecture architecture) {
    const auto config = ParseConfig(text, architecture);
    EXPECT_TRUE(config.ok()) << (config.ok() ? "" : config.error().message);
    return config.ok() ? config->Parameters() : 0;
  };
  EXPECT_EQ(
      count("vocab_size=256,d_model=64,n_layers=4,d_head=16,kernel_size=5,top_k=4", Architecture::kTernary),
      60800u);
  EXPECT_EQ(
      count("vocab_size=256,d_model=256,n_layers=8,d_head=64,kernel_size=5,top_k=4", Architecture::kTernary),
      944640u);
  EXPECT_EQ(count("vocab_size=256,d_model=44,n_layers=3,n_heads=4,d_ff=44,max_seq=64", Architecture::kPlain),
            60808u);
  EXPECT_EQ(count("vocab_size=256,d_model=8,n_layers=2,n_heads=4,d_ff=24,max_seq=64", Architecture::kPlain),
            5968u);
}

TEST(ParseConfig, OfAPlainTransformer) {
  const Result<ModelConfig> config = ParseConfig(kPlain, Architecture::kPlain);
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(ConfigToString(*config), kPlain);
  EXPECT_EQ(config->n_heads, 4);
  EXPECT_THAT(ErrorOf(ParseConfig(kPlain)), HasSubstr("unknown key \"n_heads\""));
  EXPECT_THAT(ErrorOf(ParseConfig("d_head=3", Architecture::kPlain)),
              AllOf(HasSubstr("unknown key \"d_head\""), HasSubstr("as in vocab_size=256,d_model=44")));
  EXPECT_THAT(ErrorOf(ParseConfig("weights=1", Architecture::kPlain)), HasSubstr("unknown key \"weights\""));
}

TEST(VariantsFor, EachArchitectureHasItsOwn) {
  EXPECT_THAT(*VariantsFor(Architecture::kTernary, "m", {}), ElementsAre(Variant::kF32));
  EXPECT_THAT(*VariantsFor(Architecture::kPlain, "m", {}), ElementsAre(Variant::kPlain));
  EXPECT_THAT(*VariantsFor(Architecture::kPlain, "m", {"plain"}), ElementsAre(Variant::kPlain));
  EXPECT_THAT(*VariantsFor(Architecture::kTernary, "m", {"q15", "f32"}),
              ElementsAre(Variant::kQ15, Variant::kF32));
  EXPECT_EQ(ErrorOf(VariantsFor(Architecture::kPlain, "m", {"q15"})),
            "m: variant q15 does not run a plain transformer; give --variant plain, or none");
  EXPECT_THAT(ErrorOf(VariantsFor(Architecture::kTernary, "m", {"f32", "plain"})),
              HasSubstr("variant plain does not run a three-pathway ternary model; give --variant f32, "
                        "f32kv16, q15, q15kv8"));
  EXPECT_THAT(ErrorOf(VariantsFor(Architecture::kPlain, "m", {"q16"})), HasSubstr("unknown variant \"q16\""));
}

}  // namespace
}  // namespace atome::harness
