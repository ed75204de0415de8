#include "harness/ab/config.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "harness/base/file.h"
#include "harness/base/json_reader.h"
#include "harness/base/text.h"
#include "harness/model/model.h"

namespace atome::harness::ab {
namespace {

constexpr std::string_view kSeed = "{seed}";
constexpr std::string_view kCore = "{core}";
constexpr std::string_view kKinds[] = {"atome_ternary", "plain_fp32", "plain_int8"};

// A file name on every system, and a word in a table.
bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= 80 && name[0] != '.' && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

// The path with each `word` in it replaced.
std::string Replaced(std::string path, std::string_view word, const std::string& by) {
  for (size_t at = 0; (at = path.find(word, at)) != std::string::npos; at += by.size())
    path.replace(at, word.size(), by);
  return path;
}

class Reader {
 public:
  Reader(const Json& json, Config* config, Complaints* complaints)
      : json_(json),
        config_(*config),
        complaints_(*complaints),
        folder_(std::filesystem::absolute(config->path).parent_path()) {}

  void Read() {
    const JsonObject top(json_, "",
                         {"name", "about", "text", "text_from", "tokens", "split", "chunk", "seeds", "cores",
                          "positions", "prompt", "baseline", "contenders"},
                         &complaints_);
    config_.name = Name(top, "name");
    top.OptionalText("about");
    if (const auto text = top.OptionalText("text")) config_.text = Resolved(*text);
    if (const auto from = top.OptionalText("text_from")) config_.text_from = *from;
    if (const auto tokens = top.OptionalText("tokens")) config_.tokens = Resolved(*tokens);
    if (config_.text && config_.tokens)
      top.Complain("tokens", "stands beside \"text\", but models read one of them; take one out");
    config_.chunk = top.Number("chunk", config_.chunk, 1, 65535);
    ReadSeeds(top);
    ReadCores(top);
    if (const auto prompt = top.OptionalText("prompt")) config_.prompt = *prompt;
    const std::vector<const Json*> contenders = top.Elements("contenders", "objects, one a contender");
    for (size_t i = 0; i < contenders.size(); ++i) ReadContender(*contenders[i], StrCat("/contenders/", i));
    ReadBaseline(top);
    ReadSplit(top);
    CheckReferences();
    CheckFolders();
    CheckTraining();
  }

 private:
  std::string Resolved(const std::string& path) const { return (folder_ / path).lexically_normal().string(); }

  static std::string Name(const JsonObject& object, std::string_view key) {
    std::string name = object.Text(key, "a short name");
    if (object.Has(key) && !IsName(name))
      object.Complain(
          key, StrCat("is \"", name, "\"; give up to 80 letters, digits, '_', '-', '.', the first not '.'"));
    return name;
  }

  // The index of the choice; 0 when the key is not there.
  static size_t Choice(const JsonObject& object, std::string_view key,
                       const std::vector<std::string_view>& choices) {
    const std::optional<std::string> value = object.OptionalText(key);
    if (!value) return 0;
    const auto at = std::ranges::find(choices, *value);
    if (at != choices.end()) return static_cast<size_t>(at - choices.begin());
    object.Complain(key, fmt::format("is \"{}\"; give one of {}", *value, Join(choices, ", ")));
    return 0;
  }

  // Behind the contenders: what they are trained on is no test of them.
  void ReadSplit(const JsonObject& top) {
    const bool trains = std::ranges::any_of(
        config_.contenders, [](const Contender& contender) { return contender.training.has_value(); });
    config_.part = UsualPart(config_.text || config_.tokens, trains);
    if (top.Has("split"))
      config_.part = Choice(top, "split", {"last-tenth", "all"}) == 1 ? TextPart::kAll : TextPart::kLastTenth;
  }

  void ReadSeeds(const JsonObject& top) {
    if (!top.Has("seeds")) return;
    config_.seeds = top.Numbers("seeds");
    if (config_.seeds.empty()) top.Complain("seeds", "is empty; give at least one, as in [0]");
    if (std::set(config_.seeds.begin(), config_.seeds.end()).size() != config_.seeds.size())
      top.Complain("seeds", "has one twice, which would count as two measurements; give each once");
  }

  void ReadCores(const JsonObject& top) {
    config_.cores = top.Texts("cores");
    for (size_t i = 0; i < config_.cores.size(); ++i) {
      const Result<std::vector<Target>> target = ParseTargets({config_.cores[i]}, {});
      if (!target.ok()) complaints_.Add(StrCat("/cores/", i), target.error().message);
    }
    if (std::set(config_.cores.begin(), config_.cores.end()).size() != config_.cores.size())
      top.Complain("cores", "has one twice; give each once");
    if (const auto text = top.OptionalText("positions")) {
      const Result<Positions> positions = ParsePositions(*text);
      if (positions.ok())
        config_.positions = *positions;
      else
        top.Complain("positions", positions.error().message);
    }
  }

  void ReadContender(const Json& json, const std::string& pointer) {
    const JsonObject object(json, pointer,
                            {"name", "kind", "model", "variant", "build", "accept", "engine", "firmware",
                             "dimensions", "fp32_reference", "train"},
                            &complaints_);
    Contender contender;
    contender.name = Name(object, "name");
    if (std::ranges::find(config_.contenders, contender.name, &Contender::name) != config_.contenders.end())
      object.Complain("name", StrCat("\"", contender.name, "\" is taken by another; rename one"));
    contender.kind = kKinds[Choice(object, "kind", {std::begin(kKinds), std::end(kKinds)})];
    const std::string model = object.Text("model", "the path of a model file, {seed} where its seed goes");
    contender.model = Resolved(model);
    const Result<std::vector<Variant>> variants = ParseVariants(
        {object.OptionalText("variant").value_or(contender.kind == kKinds[0] ? "f32" : "plain")});
    if (variants.ok())
      contender.variant = variants->front();
    else
      object.Complain("variant", variants.error().message);
    if (Choice(object, "build", {"speed", "size"}) == 1) contender.build = FirmwareBuild::kSize;
    ReadAcceptance(object, &contender);
    if (const auto engine = object.OptionalText("engine")) contender.engine = Resolved(*engine);
    if (const auto firmware = object.OptionalText("firmware")) {
      contender.firmware = Resolved(*firmware);
      if (config_.cores.size() > 1 && firmware->find(kCore) == std::string::npos)
        object.Complain("firmware",
                        StrCat("\"", *firmware, "\" has no {core}, so that one file would be for all ",
                               config_.cores.size(), " cores; put {core} where a core's name goes"));
    }
    if (contender.engine && !contender.firmware && contender.accept)
      object.Complain("accept",
                      "is held on cores, by a \"firmware\", and there is only an \"engine\"; name one");
    if (contender.IsForeign() && object.Has("build"))
      object.Complain("build", "is of our own firmware; take it out, or \"engine\" and \"firmware\"");
    contender.dimensions = object.OptionalText("dimensions");
    if (contender.dimensions) {
      const bool plain = contender.kind != kKinds[0];
      const auto parsed =
          ParseConfig(*contender.dimensions, plain ? Architecture::kPlain : Architecture::kTernary);
      if (!parsed.ok()) object.Complain("dimensions", parsed.error().message);
    }
    contender.fp32_reference = object.OptionalText("fp32_reference");
    if (const Json* train = object.Find("train"))
      contender.training = ReadTraining(*train, object.PointerTo("train"));
    if (config_.seeds.size() > 1 && model.find(kSeed) == std::string::npos)
      object.Complain("model", StrCat("\"", model, "\" has no {seed}, so that all ", config_.seeds.size(),
                                      " seeds would be one file; put {seed} where its number goes, or give "
                                      "one seed"));
    config_.contenders.push_back(std::move(contender));
  }

  void ReadAcceptance(const JsonObject& object, Contender* contender) {
    const std::optional<std::string> accept = object.OptionalText("accept");
    if (!accept) return;
    const Result<Acceptance> parsed = Acceptance::Parse(*accept);
    if (!parsed.ok()) return object.Complain("accept", parsed.error().message);
    if (config_.cores.empty())
      object.Complain("accept", "is held on cores, and none is named; name \"cores\", or take it out");
    contender->accept = *parsed;
  }

  Training ReadTraining(const Json& json, const std::string& pointer) {
    const JsonObject object(json, pointer, {"contender", "recipe", "arguments"}, &complaints_);
    Training training{object.OptionalText("contender"), object.OptionalText("recipe"),
                      object.Texts("arguments")};
    for (size_t i = 0; i < training.arguments.size(); ++i) {
      const std::string& word = training.arguments[i];
      const std::string_view flag = std::string_view(word).substr(0, word.find('='));
      for (const std::string_view own :
           {"--contender", "--recipe", "--text", "--seed", "--out", "--name", "--checkpoint"}) {
        if (flag == own)
          complaints_.Add(StrCat(pointer, "/arguments/", i),
                          StrCat(own, " follows from the rest of this file; take it out"));
      }
    }
    const bool sizes = std::ranges::any_of(
        training.arguments, [](const std::string& word) { return word.starts_with("--config"); });
    if (sizes == training.contender.has_value())
      complaints_.Add(pointer, StrCat("names ", sizes ? "two models" : "no model",
                                      " to train; give either \"contender\" or --config in \"arguments\""));
    return training;
  }

  void ReadBaseline(const JsonObject& top) {
    const std::string name = top.Text("baseline", "the name of a contender");
    if (const std::optional<size_t> index = IndexOf(name)) {
      config_.baseline = *index;
    } else if (top.Has("baseline")) {
      top.Complain("baseline", StrCat("\"", name, "\" is not a contender; ", KnownNames()));
    }
  }

  void CheckReferences() {
    for (size_t i = 0; i < config_.contenders.size(); ++i) {
      const auto& reference = config_.contenders[i].fp32_reference;
      if (reference && !IndexOf(*reference))
        complaints_.Add(StrCat("/contenders/", i, "/fp32_reference"),
                        StrCat("\"", *reference, "\" is not a contender; ", KnownNames()));
    }
  }

  // The trainer writes config.json beside a model, so that a folder holds one, perhaps in several formats.
  void CheckFolders() {
    std::map<std::filesystem::path, std::pair<std::filesystem::path, size_t>> owners;
    for (size_t i = 0; i < config_.contenders.size(); ++i) {
      if (!config_.contenders[i].training) continue;
      std::set<std::filesystem::path> own;
      for (const uint32_t seed : config_.seeds) {
        const std::filesystem::path model = config_.contenders[i].ModelPath(seed);
        const auto [at, added] =
            owners.try_emplace(model.parent_path(), std::pair{model.parent_path() / model.stem(), i});
        const Contender& owner = config_.contenders[at->second.second];
        if (!own.insert(model.parent_path()).second ||
            at->second.first != model.parent_path() / model.stem() ||
            owner.training != config_.contenders[i].training)
          complaints_.Add(StrCat("/contenders/", i, "/model"),
                          StrCat("another model is trained into ", model.parent_path().string(),
                                 "; give each its own folder, as in models/NAME_{seed}/NAME.atome03"));
      }
    }
  }

  void CheckTraining() {
    for (size_t i = 0; config_.tokens && i < config_.contenders.size(); ++i) {
      if (config_.contenders[i].training)
        complaints_.Add(
            StrCat("/contenders/", i, "/train"),
            "trains on the bytes of a text, but \"tokens\" are given; take \"train\" out and give "
            "models that exist, or give a \"text\"");
    }
  }

  std::optional<size_t> IndexOf(const std::string& name) const {
    const auto at = std::ranges::find(config_.contenders, name, &Contender::name);
    if (at == config_.contenders.end()) return std::nullopt;
    return static_cast<size_t>(at - config_.contenders.begin());
  }

  std::string KnownNames() const {
    std::vector<std::string_view> names;
    for (const Contender& contender : config_.contenders) names.push_back(contender.name);
    return fmt::format("give one of {}", Join(names, ", "));
  }

  const Json& json_;
  Config& config_;
  Complaints& complaints_;
  std::filesystem::path folder_;
};

}  // namespace

std::string Contender::ModelPath(uint32_t seed) const { return Replaced(model, kSeed, StrCat(seed)); }

std::string Contender::FirmwarePath(const std::string& core) const {
  return Replaced(firmware.value_or(""), kCore, core);
}

Result<Config> LoadConfig(const std::string& path) {
  const Result<std::string> text = ReadFile(path);
  if (!text.ok()) return text.error();
  const Result<std::shared_ptr<const Json>> json = ParseJson(path, *text);
  if (!json.ok()) return json.error();
  Config config;
  config.path = path;
  Complaints complaints(path);
  Reader(**json, &config, &complaints).Read();
  if (!complaints.none()) return complaints.first();
  return config;
}

}  // namespace atome::harness::ab
