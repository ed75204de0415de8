#include "harness/ab/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/text.h"
#include "harness/testing/repository.h"

namespace atome::harness::ab {
namespace {

using harness::testing::ErrorOf;
using harness::testing::TemporaryFolder;
using ::testing::HasSubstr;

constexpr std::string_view kGood = R"({
  "name": "one", "about": "for a test", "text": "text.txt", "split": "all", "chunk": 32, "seeds": [0, 3],
  "cores": ["m3", "m0"], "positions": "4:8", "prompt": "Once", "baseline": "b",
  "contenders": [
    {"name": "a", "model": "models/a_{seed}/m.atome03", "variant": "q15", "build": "size",
     "fp32_reference": "b", "train": {"contender": "ternary_60k", "recipe": "best", "arguments": ["--steps", "10"]}},
    {"name": "b", "kind": "atome_ternary", "model": "models/b_{seed}/{seed}.atome02",
     "dimensions": "vocab_size=256,d_model=8,n_layers=1,d_head=4,kernel_size=2,top_k=2"}
  ]
})";

TEST(LoadConfig, ReadsEverything) {
  const TemporaryFolder folder;
  const auto config = LoadConfig(folder.Write("one.json", kGood));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->name, "one");
  EXPECT_EQ(config->text, (folder.path() / "text.txt").string());
  EXPECT_EQ(config->part, TextPart::kAll);
  EXPECT_EQ(config->chunk, 32u);
  EXPECT_THAT(config->seeds, ::testing::ElementsAre(0, 3));
  EXPECT_THAT(config->cores, ::testing::ElementsAre("m3", "m0"));
  EXPECT_EQ(config->positions.from, 4u);
  EXPECT_EQ(config->positions.to, 8u);
  EXPECT_EQ(config->prompt, "Once");
  EXPECT_EQ(config->baseline, 1u);
  const Contender &a = config->contenders[0], &b = config->contenders[1];
  EXPECT_EQ(a.kind, "atome_ternary");
  EXPECT_EQ(a.variant, Variant::kQ15);
  EXPECT_EQ(a.build, FirmwareBuild::kSize);
  EXPECT_EQ(a.fp32_reference, "b");
  EXPECT_EQ(a.training->contender, "ternary_60k");
  EXPECT_EQ(a.training->recipe, "best");
  EXPECT_THAT(a.training->arguments, ::testing::ElementsAre("--steps", "10"));
  EXPECT_EQ(a.ModelPath(7), (folder.path() / "models/a_7/m.atome03").string());
  EXPECT_EQ(b.ModelPath(12), (folder.path() / "models/b_12/12.atome02").string());
  EXPECT_EQ(b.variant, Variant::kF32);
  EXPECT_FALSE(b.training.has_value());
}

TEST(LoadConfig, AFileCountsWholeUnlessItTrains) {
  const TemporaryFolder folder;
  const auto part = [&folder](std::string_view more, std::string_view train) {
    const auto config = LoadConfig(folder.Write(
        "a.json", StrCat(R"({"name": "x", "baseline": "a", )", more,
                         R"("contenders": [{"name": "a", "model": "/m/m.atome03")", train, "}]}")));
    return config.ok() ? std::string(TextPartName(config->part)) : config.error().message;
  };
  constexpr std::string_view kTrain = R"(, "train": {"contender": "ternary_60k", "recipe": "best"})";
  EXPECT_EQ(part(R"("text": "t.txt", )", ""), "all");
  EXPECT_EQ(part(R"("tokens": "t.jsonl", )", ""), "all");
  EXPECT_EQ(part("", ""), "last-tenth");
  EXPECT_EQ(part(R"("text": "t.txt", )", kTrain), "last-tenth");
  EXPECT_EQ(part(R"("text": "t.txt", "split": "all", )", kTrain), "all");
  EXPECT_EQ(part(R"("text": "t.txt", "split": "last-tenth", )", ""), "last-tenth");
}

TEST(LoadConfig, FirmwareOfAnotherEngineIsOneFileACore) {
  const TemporaryFolder folder;
  const auto config = LoadConfig(
      folder.Write("a.json", R"({"name": "x", "cores": ["m0", "m3"], "baseline": "a", "contenders": [
        {"name": "a", "model": "/m.atome03", "firmware": "{core}/{core}.elf"},
        {"name": "b", "model": "/m.atome03", "build": "size"}]})"));
  ASSERT_TRUE(config.ok()) << config.error().message;
  const Contender &a = config->contenders[0], &b = config->contenders[1];
  EXPECT_EQ(a.FirmwarePath("m3"), (folder.path() / "m3/m3.elf").string());
  EXPECT_EQ(a.BuildKind(), "");
  EXPECT_EQ(b.FirmwarePath("m3"), "");
  EXPECT_EQ(b.BuildKind(), "size");
}

TEST(LoadConfig, HasDefaults) {
  const TemporaryFolder folder;
  const auto config = LoadConfig(folder.Write(
      "a.json", R"({"name": "x", "baseline": "a", "contenders": [{"name": "a", "model": "/m.atome03"}]})"));
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_FALSE(config->text.has_value());
  EXPECT_EQ(config->part, TextPart::kLastTenth);
  EXPECT_EQ(config->chunk, 64u);
  EXPECT_THAT(config->seeds, ::testing::ElementsAre(0));
  EXPECT_TRUE(config->cores.empty());
  EXPECT_EQ(config->contenders[0].model, "/m.atome03");
}

// Each breaks the good file in one place.
TEST(LoadConfig, RefusesWhatIsNestedTooDeep) {
  const TemporaryFolder folder;
  const std::string path =
      folder.Write("deep.json", "{\"name\": " + std::string(300'000, '[') + std::string(300'000, ']') + "}");
  EXPECT_THAT(ErrorOf(LoadConfig(path)), HasSubstr(path + ": has objects or arrays nested too deep"));
}

TEST(LoadConfig, AMessageHasNoControlCharacters) {
  const TemporaryFolder folder;
  const std::string error = ErrorOf(LoadConfig(folder.Write("a.json", R"({"\u001b[2J\n": 1})")));
  EXPECT_THAT(error, HasSubstr("/\\x1b[2J\\x0a: unknown key"));
}

struct Mistake {
  std::string_view from, to;
  std::string_view place, remedy;
};

class BadConfig : public ::testing::TestWithParam<Mistake> {};

TEST_P(BadConfig, IsNamedWithItsPlaceAndRemedy) {
  const auto &[from, to, place, remedy] = GetParam();
  std::string text(kGood);
  const size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const TemporaryFolder folder;
  const std::string path = folder.Write("bad.json", text);
  const auto config = LoadConfig(path);
  const std::string error = ErrorOf(config);
  EXPECT_THAT(error, HasSubstr(path + ": "));
  EXPECT_THAT(error, HasSubstr(place));
  EXPECT_THAT(error, HasSubstr(remedy));
  EXPECT_THAT(error, ::testing::Not(HasSubstr("\n")));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadConfig,
    ::testing::Values(
        Mistake{"\"name\": \"one\",", "", ": /name: is missing", "give a short name"},
        Mistake{"\"one\"", "\"a/b\"", "/name: is \"a/b\"", "give up to 80 letters"},
        Mistake{"\"one\"", "7", "/name: is 7", "give a string"},
        Mistake{"\"about\"", "\"abuot\"", "/abuot: unknown key", "known are name, about"},
        Mistake{"\"split\"", "\"tokens\": \"t.jsonl\", \"split\"", "/tokens: stands beside \"text\"",
                "take one out"},
        Mistake{"\"text\": \"text.txt\"", "\"tokens\": \"t.jsonl\"",
                "/contenders/0/train: trains on the bytes", "take \"train\" out"},
        Mistake{"\"split\": \"all\"", "\"split\": \"test\"", "/split: is \"test\"",
                "give one of last-tenth, all"},
        Mistake{"\"chunk\": 32", "\"chunk\": 0", "/chunk: is 0", "from 1 to 65535"},
        Mistake{"\"chunk\": 32", "\"chunk\": 1.5", "/chunk: is 1.5", "whole number"},
        Mistake{"[0, 3]", "[]", "/seeds: is empty", "give at least one"},
        Mistake{"[0, 3]", "[3, 3]", "/seeds: has one twice", "give each once"},
        Mistake{"[0, 3]", "[-1]", "/seeds: is [-1]", "array of whole numbers"},
        Mistake{"\"m0\"", "\"m9\"", "/cores/1: unknown core \"m9\"", "known are m0"},
        Mistake{"\"m0\"", "\"m3\"", "/cores: has one twice", "give each once"},
        Mistake{"\"4:8\"", "\"8:4\"", "/positions: positions \"8:4\"", "16:64 means"},
        Mistake{"\"baseline\": \"b\"", "\"baseline\": \"c\"", "/baseline: \"c\" is not a contender",
                "give one of a, b"},
        Mistake{"\"baseline\": \"b\",", "", "/baseline: is missing", "the name of a contender"},
        Mistake{"\"name\": \"b\"", "\"name\": \"a\"", "/contenders/1/name: \"a\" is taken", "rename one"},
        Mistake{"\"kind\": \"atome_ternary\"", "\"kind\": \"binary\"", "/contenders/1/kind: is \"binary\"",
                "give one of atome_ternary, plain_fp32"},
        Mistake{"\"variant\": \"q15\"", "\"variant\": \"q16\"", "/contenders/0/variant: unknown", "q15"},
        Mistake{"\"build\": \"size\"", "\"build\": \"size\", \"accept\": \"ulp:0\"",
                "/contenders/0/accept: \"ulp:0\" is no acceptance", "write bits, ulp:N"},
        Mistake{"\"build\": \"size\"", "\"build\": \"fast\"", "/contenders/0/build: is \"fast\"",
                "give one of speed, size"},
        Mistake{"models/a_{seed}/", "models/a/", "/contenders/0/model:", "put {seed} where its number goes"},
        Mistake{"\"model\": \"models/b_", "\"module\": \"models/b_", "/contenders/1/module: unknown key",
                "known"},
        Mistake{"\"fp32_reference\": \"b\"", "\"fp32_reference\": \"z\"",
                "/contenders/0/fp32_reference: \"z\"", "give one of a, b"},
        Mistake{"d_model=8", "d_model=0", "/contenders/1/dimensions:", "a number from 1 to 2048"},
        Mistake{"\"--steps\", \"10\"", "\"--steps\", 10",
                "/contenders/0/train/arguments:", "give an array of strings"},
        Mistake{"\"--steps\", \"10\"", "\"--seed=1\"", "/contenders/0/train/arguments/0: --seed follows",
                "take it out"},
        Mistake{"models/a_{seed}/m", "models/a/{seed}", "/contenders/0/model: another model is trained into",
                "give each its own folder"},
        Mistake{"\"contender\": \"ternary_60k\", ", "", "/contenders/0/train: names no model", "give either"},
        Mistake{"\"--steps\", \"10\"", "\"--config=d_model=8\"", "/contenders/0/train: names two models",
                "give either"},
        Mistake{"\"recipe\": \"best\"", "\"recipe\": {}", "/contenders/0/train/recipe: is {}",
                "give a string"},
        Mistake{"\"chunk\": 32", "\"chunk\": 32, \"chunk\": 64", "key \"chunk\" is twice", "keep one"},
        Mistake{"\"seeds\":", "\"seeds\"", "is not JSON: parse error at line 2", "unexpected"}));

TEST(LoadConfig, OtherMistakes) {
  const TemporaryFolder folder;
  EXPECT_THAT(ErrorOf(LoadConfig((folder.path() / "none.json").string())),
              HasSubstr("none.json: cannot open"));
  EXPECT_THAT(ErrorOf(LoadConfig(folder.Write("a.json", "[1]"))), HasSubstr("is [1], not an object"));
  EXPECT_THAT(ErrorOf(LoadConfig(folder.Write("b.json", R"({"name": "x", "contenders": []})"))),
              HasSubstr("/contenders: is []; give an array of objects"));
}

}  // namespace
}  // namespace atome::harness::ab
