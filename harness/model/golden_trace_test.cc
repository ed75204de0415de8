#include "harness/model/golden_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <random>
#include <set>

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/testing/repository.h"
#include "proto/trace.pb.h"

namespace atome::harness {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::ErrorOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::TemporaryFolder;
using testing::TinyModel;
using testing::TinyModels;
using testing::TracePath;

constexpr char kFolder[] = ATOME_SOURCE_DIR "/golden/traces";

std::string Bytes(const std::string& path) {
  Result<std::string> bytes = ReadFile(path);
  EXPECT_TRUE(bytes.ok()) << path;
  return bytes.ok() ? *std::move(bytes) : "";
}

TEST(ReadTrace, EveryCommittedTrace) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".trace") continue;
    ++count;
    const Result<GoldenTrace> trace = ReadTrace(entry.path().string());
    ASSERT_TRUE(trace.ok()) << trace.error().message;
    EXPECT_EQ(trace->path, entry.path().string());
    const bool f32 = trace->variant == Variant::kF32, plain = trace->variant == Variant::kPlain;
    EXPECT_EQ(plain, trace->config.architecture == Architecture::kPlain);
    EXPECT_EQ(f32 || plain ? trace->model_name : StrCat(trace->model_name, "-", VariantName(trace->variant)),
              entry.path().stem().string());
    EXPECT_THAT(trace->generator, HasSubstr("golden"));
    const bool all_formats =
        std::filesystem::exists(std::string(kFolder) + "/../models/" + trace->model_name);
    EXPECT_EQ(trace->model_sha256.size(), all_formats ? 3u : 1u);
    EXPECT_EQ(trace->oracle_tolerance == 1e-6, f32 || (plain && trace->config.weights == ATOME_PLAIN_FP32));
    EXPECT_FALSE(trace->cases.empty());
    for (const ExpectedCase& each : trace->cases) {
      EXPECT_EQ(each.steps.size(), each.prompt.size() + each.generated.size() - 1);
      for (const ExpectedStep& step : each.steps) {
        EXPECT_EQ(step.logits.size(), trace->config.vocab_size);
        // Embed, the taps of each block, final norm.
        EXPECT_EQ(step.taps.size(), 2u + (plain ? 5u : 7u) * trace->config.n_layers);
      }
    }
  }
  EXPECT_GE(count, TinyModels().size());
}

TEST(ReadTrace, KeepsWhatTheFileSays) {
  v1::GoldenTrace proto;
  ASSERT_TRUE(proto.ParseFromString(Bytes(TracePath("tiny_odd"))));
  const Result<GoldenTrace> trace = ReadTrace(TracePath("tiny_odd"));
  ASSERT_TRUE(trace.ok());
  EXPECT_EQ(ConfigToString(trace->config),
            "vocab_size=37,d_model=13,n_layers=2,d_head=5,kernel_size=3,top_k=3,max_seq=16");
  EXPECT_THAT(trace->cases[0].prompt, ElementsAre(0, 36, 1, 7, 7, 7, 20, 11));
  EXPECT_THAT(trace->cases[1].prompt, ElementsAre(5));
  const v1::Step& step = proto.cases(1).steps(3);
  const ExpectedStep& read = trace->cases[1].steps[3];
  EXPECT_EQ(read.token, step.token());
  EXPECT_EQ(read.oracle_logits[36], step.oracle_logits(36));
  EXPECT_EQ(read.taps[0].op, ATOME_OP_EMBED);
  EXPECT_EQ(read.taps[0].layer, kNoLayer);
  EXPECT_EQ(read.taps[1].op, ATOME_OP_NORM);
  EXPECT_EQ(read.taps[1].layer, 0);
  EXPECT_EQ(read.taps.back().op, ATOME_OP_FINAL_NORM);
  for (size_t i = 0; i < read.taps.size(); ++i) {
    EXPECT_EQ(read.taps[i].bit_hash, step.taps(static_cast<int>(i)).bit_hash());
  }
}

TEST(ReadTrace, NoFile) {
  const Result<GoldenTrace> trace = ReadTrace("/nowhere/x.trace");
  EXPECT_TRUE(trace.missing());
  EXPECT_THAT(ErrorOf(trace), StartsWith("/nowhere/x.trace: "));
}

// Damaged bytes give a valid trace, or a one-line error that names the file.
void ReadDamaged(const TemporaryFolder& folder, std::string_view bytes, const std::string& what) {
  const std::string path = folder.Write("damaged.trace", bytes);
  const Result<GoldenTrace> trace = ReadTrace(path);
  if (trace.ok()) {
    ASSERT_FALSE(trace->cases.empty()) << what;
    return;
  }
  ASSERT_FALSE(trace.missing()) << what;
  ASSERT_THAT(trace.error().message, AllOf(StartsWith(path + ": corrupt trace: "), HasSubstr("golden.trace")))
      << what;
  ASSERT_EQ(trace.error().message.find('\n'), std::string::npos) << what;
}

TEST(ReadTrace, SurvivesEveryCut) {
  const TemporaryFolder folder;
  const std::string bytes = Bytes(TracePath("tiny_k1"));
  for (size_t length = 0; length < bytes.size(); length += length < 400 ? 1 : 97) {
    ReadDamaged(folder, bytes.substr(0, length), "cut at " + std::to_string(length));
  }
  for (size_t less = 1; less <= 20; ++less) {
    ReadDamaged(folder, bytes.substr(0, bytes.size() - less), "cut by " + std::to_string(less));
  }
}

TEST(ReadTrace, SurvivesFlippedBits) {
  const TemporaryFolder folder;
  const std::string bytes = Bytes(TracePath("tiny_k1"));
  std::mt19937 random(1);
  for (int i = 0; i < 600; ++i) {
    std::string damaged = bytes;
    // Hits the start, with configuration and names, as often as the rest.
    const size_t at = random() % (i % 2 ? 400 : bytes.size());
    damaged[at] = static_cast<char>(damaged[at] ^ 1 << random() % 8);
    ReadDamaged(folder, damaged, "flip at " + std::to_string(at));
  }
}

TEST(ReadTrace, SurvivesNoise) {
  const TemporaryFolder folder;
  std::mt19937 random(2);
  for (int i = 0; i < 300; ++i) {
    std::string noise(random() % 300, 0);
    for (char& c : noise) c = static_cast<char>(random());
    ReadDamaged(folder, noise, "noise " + std::to_string(i));
  }
}

struct Corruption {
  const char* name;
  std::function<void(v1::GoldenTrace*)> apply;
  const char* expected;  // in the message
};

void PrintTo(const Corruption& corruption, std::ostream* out) { *out << corruption.name; }

class CorruptTrace : public ::testing::TestWithParam<Corruption> {};

TEST_P(CorruptTrace, IsRefused) {
  v1::GoldenTrace proto;
  ASSERT_TRUE(proto.ParseFromString(Bytes(TracePath("tiny_k1"))));
  GetParam().apply(&proto);
  const TemporaryFolder folder;
  const std::string path = folder.Write("corrupt.trace", proto.SerializeAsString());
  EXPECT_THAT(ErrorOf(ReadTrace(path)),
              AllOf(StartsWith(path + ": corrupt trace: "), HasSubstr(GetParam().expected),
                    HasSubstr("write it again with python3 -m golden.trace")));
}

v1::Step* FirstStep(v1::GoldenTrace* trace) { return trace->mutable_cases(0)->mutable_steps(0); }
v1::Tap* FirstTap(v1::GoldenTrace* trace) { return FirstStep(trace)->mutable_taps(0); }
v1::ModelConfig* Config(v1::GoldenTrace* trace) { return trace->mutable_model()->mutable_config(); }
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

const std::vector<Corruption>& Corruptions() {
  static const auto& all = *new std::vector<Corruption>{
      {"no_model", [](v1::GoldenTrace* t) { t->clear_model(); }, "vocab_size is \"0\""},
      {"no_width", [](v1::GoldenTrace* t) { Config(t)->set_d_model(0); }, "d_model is \"0\""},
      {"huge_vocabulary", [](v1::GoldenTrace* t) { Config(t)->set_vocab_size(4'000'000'000); }, "vocab_size"},
      {"no_max_seq", [](v1::GoldenTrace* t) { Config(t)->set_max_seq(0); }, "max_seq is \"0\""},
      {"no_files", [](v1::GoldenTrace* t) { t->mutable_model()->clear_files(); }, "names no model file"},
      {"no_variant", [](v1::GoldenTrace* t) { t->clear_variant(); }, "variant is unknown"},
      {"unknown_variant", [](v1::GoldenTrace* t) { t->set_variant(static_cast<v1::Variant>(99)); },
       "variant"},
      {"no_tolerance", [](v1::GoldenTrace* t) { t->clear_tolerances(); }, "no tolerance for runner/oracle"},
      {"tolerance_of_another_class",
       [](v1::GoldenTrace* t) {
         for (auto& each : *t->mutable_tolerances()) {
           each.set_tolerance_class(v1::TOLERANCE_CLASS_BIT_EXACT);
         }
       },
       "no tolerance"},
      {"tolerance_nan",
       [](v1::GoldenTrace* t) {
         for (auto& each : *t->mutable_tolerances()) each.set_bound(kNan);
       },
       "no tolerance"},
      {"tolerance_infinite",
       [](v1::GoldenTrace* t) {
         for (auto& each : *t->mutable_tolerances()) each.set_bound(kInf);
       },
       "no tolerance"},
      {"tolerance_negative",
       [](v1::GoldenTrace* t) {
         for (auto& each : *t->mutable_tolerances()) each.set_bound(-1e-6);
       },
       "no tolerance"},
      {"no_case", [](v1::GoldenTrace* t) { t->clear_cases(); }, "it has no case"},
      {"no_prompt", [](v1::GoldenTrace* t) { t->mutable_cases(1)->clear_prompt(); }, "case 1 has no prompt"},
      {"no_continuation", [](v1::GoldenTrace* t) { t->mutable_cases(1)->clear_generated(); },
       "no continuation"},
      {"prompt_outside", [](v1::GoldenTrace* t) { t->mutable_cases(0)->set_prompt(1, 19); },
       "case 0 has a token outside the vocabulary"},
      {"generated_outside", [](v1::GoldenTrace* t) { t->mutable_cases(1)->set_generated(15, 0xFFFFFFFF); },
       "case 1 has a token outside the vocabulary"},
      {"step_missing", [](v1::GoldenTrace* t) { t->mutable_cases(0)->mutable_steps()->RemoveLast(); },
       "case 0 has 18 steps"},
      {"step_too_many", [](v1::GoldenTrace* t) { *t->mutable_cases(0)->add_steps() = *FirstStep(t); },
       "case 0 has 20 steps"},
      {"other_prompt", [](v1::GoldenTrace* t) { t->mutable_cases(0)->set_prompt(2, 4); },
       "case 0, step 2 consumes a token that differs"},
      {"other_token", [](v1::GoldenTrace* t) { t->mutable_cases(0)->mutable_steps(7)->set_token(18); },
       "case 0, step 7 consumes a token that differs"},
      {"oracle_missing", [](v1::GoldenTrace* t) { FirstStep(t)->clear_oracle_logits(); },
       "has 0 oracle logits"},
      {"oracle_too_long", [](v1::GoldenTrace* t) { FirstStep(t)->add_oracle_logits(1); },
       "has 20 oracle logits"},
      {"oracle_nan", [](v1::GoldenTrace* t) { FirstStep(t)->set_oracle_logits(3, kNan); }, "not finite"},
      {"oracle_infinite", [](v1::GoldenTrace* t) { FirstStep(t)->set_oracle_logits(18, -kInf); },
       "not finite"},
      {"no_logits", [](v1::GoldenTrace* t) { FirstStep(t)->mutable_taps()->RemoveLast(); },
       "case 0, step 0 has no logits"},
      {"logits_hash_alone", [](v1::GoldenTrace* t) { FirstStep(t)->mutable_taps()->rbegin()->clear_bits(); },
       "step 0 has no logits"},
      {"logits_too_short",
       [](v1::GoldenTrace* t) { FirstStep(t)->mutable_taps()->rbegin()->mutable_bits()->RemoveLast(); },
       "step 0, logits has 18 values, not 19"},
      {"tap_too_long", [](v1::GoldenTrace* t) { FirstTap(t)->add_bits(0); }, "embed has 10 values, not 9"},
      {"router_of_width_d", [](v1::GoldenTrace* t) { FirstTap(t)->set_op(v1::OP_ROUTER); },
       "router has 9 values, not 3"},
      {"op_unknown", [](v1::GoldenTrace* t) { FirstTap(t)->set_op(static_cast<v1::Op>(14)); },
       "op 14 is unknown"},
      {"op_absent", [](v1::GoldenTrace* t) { FirstTap(t)->clear_op(); }, "op 0 is unknown"},
      {"layer_too_high", [](v1::GoldenTrace* t) { FirstTap(t)->set_layer(2); }, "embed, layer 2 is unknown"},
      {"layer_huge", [](v1::GoldenTrace* t) { FirstTap(t)->set_layer(0xFFFFFFF0); },
       "embed, layer 4294967280 is unknown"},
      {"value_changed", [](v1::GoldenTrace* t) { FirstTap(t)->set_bits(4, FirstTap(t)->bits(4) ^ 1); },
       "case 0, step 0, embed: values and hash do not agree"},
      {"hash_changed", [](v1::GoldenTrace* t) { FirstTap(t)->set_bit_hash(FirstTap(t)->bit_hash() ^ 1); },
       "values and hash do not agree"}};
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, CorruptTrace, ::testing::ValuesIn(Corruptions()),
                         [](const auto& corruption) { return std::string(corruption.param.name); });

TEST(TraceFolder, EveryTinyModelInEitherFormat) {
  for (const std::string& name : TinyModels()) {
    for (int format : {1, 2}) {
      const Model model = TinyModel(name, format);
      const Result<GoldenTrace> trace = TraceFolder(kFolder).Find(model.sha256);
      ASSERT_TRUE(trace.ok()) << trace.error().message;
      EXPECT_EQ(trace->model_name, name);
      EXPECT_EQ(trace->variant, Variant::kF32);
      EXPECT_EQ(ConfigToString(trace->config), ConfigToString(model.config));
      const Result<GoldenTrace> other = TraceFolder(kFolder).Find(model.sha256, Variant::kQ15);
      ASSERT_TRUE(other.ok()) << other.error().message;
      EXPECT_EQ(other->variant, Variant::kQ15);
    }
  }
}

TEST(TraceFolder, NoneForThisModel) {
  const std::string hash(64, '0');
  const Result<GoldenTrace> trace = TraceFolder(kFolder).Find(hash);
  EXPECT_TRUE(trace.missing());
  EXPECT_THAT(ErrorOf(trace), AllOf(HasSubstr(kFolder), HasSubstr(hash)));
}

TEST(TraceFolder, NoFolder) {
  const Result<GoldenTrace> trace = TraceFolder("/nowhere").Find("");
  EXPECT_TRUE(trace.missing());
  EXPECT_THAT(ErrorOf(trace), StartsWith("/nowhere: "));
}

TEST(TraceFolder, ACorruptTraceIsNamedUnlessAnotherIsTheOne) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("a.trace", "\xff");
  folder.Write("b.trace", Bytes(TracePath("tiny_k1")));
  folder.Write("notes.txt", "not a trace");
  EXPECT_TRUE(TraceFolder(folder.path().string()).Find(TinyModel("tiny_k1").sha256).ok());
  EXPECT_THAT(ErrorOf(TraceFolder(folder.path().string()).Find(TinyModel("tiny_odd").sha256)),
              StartsWith(path + ": corrupt trace"));
}

}  // namespace
}  // namespace atome::harness
