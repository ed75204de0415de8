#include "harness/model/golden_trace.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>

#include "harness/base/file.h"
#include "harness/base/text.h"
#include "harness/model/model.h"
#include "proto/trace.pb.h"

namespace atome::harness {
namespace {

Error Corrupt(const std::string& path, std::string_view what) {
  return Bad(StrCat(path, ": corrupt trace: ", what, "; write it again with python3 -m golden.trace"));
}

template <class Words>
std::vector<float> FromBits(const Words& words) {
  std::vector<float> values;
  values.reserve(static_cast<size_t>(words.size()));
  for (uint32_t word : words) values.push_back(std::bit_cast<float>(word));
  return values;
}

// The number of values of an op; 0 for an op that this harness does not know.
uint32_t OpWidth(v1::Op op, const ModelConfig& config) {
  switch (op) {
    case v1::OP_ROUTER:
      return 3;
    case v1::OP_ROUTER_ENTROPY:
      return 1;
    case v1::OP_LOGITS:
      return config.vocab_size;
    case v1::OP_EMBED:
    case v1::OP_NORM:
    case v1::OP_LOCAL:
    case v1::OP_STATE:
    case v1::OP_SPARSE:
    case v1::OP_BLOCK_OUT:
    case v1::OP_FINAL_NORM:
    case v1::OP_ATTENTION:
    case v1::OP_FEED_NORM:
    case v1::OP_FEED_FORWARD:
      return config.d_model;
    default:
      return 0;
  }
}

// Goes through the configuration's text, because the parser checks every dimension's range.
Result<ModelConfig> ReadConfig(const v1::Model& model) {
  if (!model.has_plain()) {
    const v1::ModelConfig& c = model.config();
    return ParseConfig(StrCat("vocab_size=", c.vocab_size(), ",d_model=", c.d_model(), ",n_layers=",
                              c.n_layers(), ",d_head=", c.d_head(), ",kernel_size=", c.kernel_size(),
                              ",top_k=", c.top_k(), ",max_seq=", c.max_seq()));
  }
  const v1::PlainConfig& c = model.plain();
  Result<ModelConfig> config =
      ParseConfig(StrCat("vocab_size=", c.vocab_size(), ",d_model=", c.d_model(), ",n_layers=", c.n_layers(),
                         ",n_heads=", c.n_heads(), ",d_ff=", c.d_ff(), ",max_seq=", c.max_seq()),
                  Architecture::kPlain);
  if (!config.ok()) return config;
  if (c.int8_weights()) config->weights = ATOME_PLAIN_INT8;
  return config;
}

class Reader {
 public:
  Reader(const std::string& path, const v1::GoldenTrace& proto) : path_(path), proto_(proto) {}

  Result<GoldenTrace> Read() {
    trace_.path = path_;
    trace_.model_name = proto_.model().name();
    trace_.accept = proto_.accept();
    trace_.generator = StrCat(proto_.generator(), " ", proto_.version());
    if (const auto error = ReadModel()) return *error;
    const auto variant = static_cast<Variant>(proto_.variant());
    if (std::ranges::find(kVariants, variant) == std::end(kVariants))
      return Corrupt(path_, "its variant is unknown");
    trace_.variant = variant;
    for (const v1::Tolerance& tolerance : proto_.tolerances()) {
      if (tolerance.comparison() == "runner/oracle" &&
          tolerance.tolerance_class() == v1::TOLERANCE_CLASS_RELATIVE_TO_MAX_ABS) {
        trace_.oracle_tolerance = tolerance.bound();
      }
    }
    if (!(trace_.oracle_tolerance > 0 && trace_.oracle_tolerance < 1)) {
      return Corrupt(path_, "it has no tolerance for runner/oracle");
    }
    if (proto_.cases().empty()) return Corrupt(path_, "it has no case");
    for (const v1::Case& each : proto_.cases()) {
      if (const auto error = ReadCase(each)) return *error;
    }
    return std::move(trace_);
  }

 private:
  std::optional<Error> ReadModel() {
    Result<ModelConfig> config = ReadConfig(proto_.model());
    if (!config.ok()) return Corrupt(path_, config.error().message);
    trace_.config = *config;
    for (const v1::ModelFile& file : proto_.model().files()) {
      trace_.model_sha256.push_back(Hex(file.sha256()));
    }
    if (trace_.model_sha256.empty()) return Corrupt(path_, "it names no model file");
    return std::nullopt;
  }

  std::optional<Error> ReadCase(const v1::Case& proto) {
    const std::string where = StrCat("case ", trace_.cases.size());
    ExpectedCase& out = trace_.cases.emplace_back();
    out.prompt.assign(proto.prompt().begin(), proto.prompt().end());
    out.generated.assign(proto.generated().begin(), proto.generated().end());
    const auto outside = [this](uint32_t token) { return token >= trace_.config.vocab_size; };
    if (out.prompt.empty() || out.generated.empty())
      return Corrupt(path_, StrCat(where, " has no prompt or no continuation"));
    if (std::any_of(out.prompt.begin(), out.prompt.end(), outside) ||
        std::any_of(out.generated.begin(), out.generated.end(), outside)) {
      return Corrupt(path_, StrCat(where, " has a token outside the vocabulary"));
    }
    if (static_cast<size_t>(proto.steps().size()) != out.prompt.size() + out.generated.size() - 1) {
      return Corrupt(path_,
                     StrCat(where, " has ", proto.steps().size(), " steps, not prompt + generated - 1"));
    }
    for (const v1::Step& step : proto.steps()) {
      const size_t index = out.steps.size();
      const uint32_t expected =
          index < out.prompt.size() ? out.prompt[index] : out.generated[index - out.prompt.size()];
      const std::string place = StrCat(where, ", step ", index);
      if (step.token() != expected)
        return Corrupt(path_, StrCat(place, " consumes a token that differs from its case"));
      if (const auto error = ReadStep(step, place, &out.steps.emplace_back())) return *error;
    }
    return std::nullopt;
  }

  std::optional<Error> ReadStep(const v1::Step& proto, const std::string& where, ExpectedStep* out) {
    out->token = proto.token();
    out->oracle_logits.assign(proto.oracle_logits().begin(), proto.oracle_logits().end());
    if (out->oracle_logits.size() != trace_.config.vocab_size) {
      return Corrupt(path_, StrCat(where, " has ", out->oracle_logits.size(), " oracle logits"));
    }
    for (float logit : out->oracle_logits) {
      if (!std::isfinite(logit))
        return Corrupt(path_, StrCat(where, " has an oracle logit that is not finite"));
    }
    for (const v1::Tap& tap : proto.taps()) {
      const uint32_t width = OpWidth(tap.op(), trace_.config);
      if (width == 0)
        return Corrupt(path_, StrCat(where, ", op ", static_cast<int>(tap.op()), " is unknown"));
      ExpectedTap expected{static_cast<atome_op>(tap.op()),
                           tap.has_layer() ? static_cast<int>(tap.layer()) : kNoLayer, tap.bit_hash(),
                           FromBits(tap.bits())};
      const std::string place = StrCat(where, ", ", OpName(expected.op));
      if (tap.has_layer() && tap.layer() >= trace_.config.n_layers) {
        return Corrupt(path_, StrCat(place, ", layer ", tap.layer(), " is unknown"));
      }
      if (!expected.values.empty() && expected.values.size() != width) {
        return Corrupt(path_, StrCat(place, " has ", expected.values.size(), " values, not ", width));
      }
      if (!expected.values.empty() && BitHash(expected.values) != expected.bit_hash) {
        return Corrupt(path_, StrCat(place, ": values and hash do not agree"));
      }
      if (expected.op == ATOME_OP_LOGITS) {
        out->logits = std::move(expected.values);
      } else {
        out->taps.push_back(std::move(expected));
      }
    }
    if (out->logits.empty()) return Corrupt(path_, StrCat(where, " has no logits"));
    return std::nullopt;
  }

  const std::string& path_;
  const v1::GoldenTrace& proto_;
  GoldenTrace trace_;
};

}  // namespace

Result<GoldenTrace> ReadTrace(const std::string& path) {
  Result<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.error();
  v1::GoldenTrace proto;
  const google::protobuf::LogSilencer quiet;  // our own message says it
  if (!proto.ParseFromString(*bytes)) return Corrupt(path, "not a protobuf message atome.v1.GoldenTrace");
  return Reader(path, proto).Read();
}

std::string TraceFolder::Read() {
  if (traces_) return "";
  std::error_code error;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (entry.path().extension() == ".trace") paths.push_back(entry.path().string());
  }
  if (error) return StrCat(folder_, ": ", error.message());
  std::sort(paths.begin(), paths.end());
  traces_.emplace();
  for (const std::string& path : paths) traces_->push_back(ReadTrace(path));
  return "";
}

Result<GoldenTrace> TraceFolder::Find(std::string_view model_sha256, Variant variant) {
  if (std::string why = Read(); !why.empty()) return Missing(std::move(why));
  const Error* unreadable = nullptr;
  for (const Result<GoldenTrace>& trace : *traces_) {
    if (!trace.ok()) {  // it may be the wanted one, but a later file may be it too
      if (unreadable == nullptr) unreadable = &trace.error();
      continue;
    }
    if (trace->variant == variant &&
        std::ranges::find(trace->model_sha256, model_sha256) != trace->model_sha256.end())
      return *trace;
  }
  if (unreadable != nullptr) return *unreadable;
  return Missing(StrCat(folder_, ": no trace of variant ", VariantName(variant), " for a model of SHA-256 ",
                        model_sha256));
}

uint64_t BitHash(const std::vector<float>& values) {
  uint64_t hash = 0xCBF29CE484222325;
  for (float value : values) {
    const uint32_t bits = std::bit_cast<uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) hash = (hash ^ (bits >> shift & 0xFF)) * 0x100000001B3;
  }
  return hash;
}

}  // namespace atome::harness
