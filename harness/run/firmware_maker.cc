#include "harness/run/firmware_maker.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "emulation/base/hex.h"
#include "emulation/base/subprocess.h"
#include "emulation/base/temporary_folder.h"
#include "harness/base/file.h"
#include "harness/base/json_reader.h"
#include "harness/base/parallel.h"
#include "harness/base/places.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"
#include "harness/model/prepared_image.h"
#include "harness/run/kept_files.h"

namespace atome::harness {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCompiler = "arm-none-eabi-g++";
constexpr std::chrono::minutes kCompileLimit{5};
constexpr uint64_t kMostKeptBytes = 256 << 20;
constexpr std::string_view kModelFile =
    "model";  // or its image; in the compiler's folder, so that no path needs quotes
constexpr std::string_view kOverflow = "overflowed by";

using Words = std::vector<std::string>;
using Values = std::map<std::string, std::string>;  // "{dimensions}" -> "256,64,..."

struct Recipe {
  struct Object {
    std::string name;
    Words compile;
  };
  std::string image;  // the layout of the prepared image, or "none" for the model's file
  std::vector<Object> objects;
  Words link;
};

std::string Filled(std::string word, const Values& values) {
  for (const auto& [name, value] : values) {
    for (size_t at = 0; (at = word.find(name, at)) != std::string::npos; at += value.size())
      word.replace(at, name.size(), value);
  }
  return word;
}

void Append(const Words& words, const Values& values, Words* out) {
  for (const std::string& word : words) out->push_back(Filled(word, values));
}

Result<Recipe> ReadRecipe(const FirmwareOrder& order) {
  const std::string path = (PartsFolder() / "recipes" / order.core.name /
                            StrCat(VariantName(order.variant), "-", BuildName(order.build), ".json"))
                               .string();
  const Result<std::string> text = ReadFile(path);
  if (!text.ok()) return Missing(StrCat(text.error().message, "; run ci/build, which writes it"));
  const auto json = ParseJson(path, *text);
  if (!json.ok()) return json.error();
  Complaints complaints(path);
  const JsonObject top(**json, "", {"image", "objects", "link"}, &complaints);
  Recipe recipe;
  recipe.image = top.Text("image", "columns");
  recipe.link = top.Texts("link");
  for (const Json* element : top.Elements("objects", "objects")) {
    const JsonObject object(*element, top.PointerTo("objects"), {"name", "compile"}, &complaints);
    recipe.objects.push_back({object.Text("name", "main.o"), object.Texts("compile")});
  }
  if (!complaints.none()) return complaints.first();
  return recipe;
}

// A hash of all that firmware is compiled from.
Result<std::string> HashOfSources(const fs::path& root) {
  static std::mutex mutex;
  static std::map<fs::path, std::string> known;
  const std::lock_guard lock(mutex);
  if (const auto at = known.find(root); at != known.end()) return at->second;
  std::map<std::string, fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(root / "engine", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string ending = entry->path().extension().string();
    if (ending == ".h" || ending == ".cc" || ending == ".S" || ending == ".ld")
      files.emplace(entry->path().lexically_relative(root).generic_string(), entry->path());
  }
  if (error || !files.contains("engine/firmware/main.cc")) {
    return Missing(
        StrCat((root / "engine").string(),
               ": the engine's sources are not there; set ATOME_DATA to the folder that has them"));
  }
  std::string hashes;
  for (const auto& [name, path] : files) {
    const Result<std::string> bytes = ReadFile(path.string());
    if (!bytes.ok()) return bytes.error();
    StrAppend(&hashes, name, " ", Sha256Hex(*bytes), "\n");
  }
  return known[root] = Sha256Hex(hashes);
}

// The first line that tells an error, else the last.
std::string_view FirstError(std::string_view log) {
  while (log.ends_with('\n')) log.remove_suffix(1);
  const std::vector<std::string_view> lines = Split(log, '\n');
  for (const std::string_view sign : {kOverflow, std::string_view("error")}) {
    const auto at = std::ranges::find_if(
        lines, [sign](std::string_view line) { return line.find(sign) != std::string_view::npos; });
    if (at != lines.end()) return *at;
  }
  return lines.back();
}

// Nothing when the program ended well, else why not. `what` is what it was to do.
std::optional<Error> Run(Words words, const fs::path& folder, std::string_view what) {
  const emulation::SubprocessResult ended =
      emulation::RunSubprocess({.arguments = std::move(words),
                                .folder = folder.string(),
                                .deadline = std::chrono::steady_clock::now() + kCompileLimit});
  using End = emulation::SubprocessResult::End;
  if (ended.end == End::kExited && ended.code == 0) return std::nullopt;
  if (ended.end == End::kNotStarted) return Missing(ended.error);
  if (ended.end == End::kDeadline) return Bad(StrCat(what, ": ", kCompiler, " takes more than 5 minutes"));
  return Bad(StrCat(what, ": ", kCompiler, " says: ", FirstError(ended.log)));
}

struct Compiler {
  std::string path;
  std::string version;  // its first line
};

Result<Compiler> FindCompiler() {
  static std::mutex mutex;
  static std::map<std::string, std::string> versions;  // by path
  const std::lock_guard lock(mutex);
  Compiler compiler{.path = emulation::FindProgram(kCompiler), .version = {}};
  if (compiler.path.empty())
    return Missing(StrCat(kCompiler, " is not on PATH; install it (Debian: gcc-arm-none-eabi)"));
  std::string& version = versions[compiler.path];
  if (version.empty()) {
    const emulation::SubprocessResult told =
        emulation::RunSubprocess({.arguments = {compiler.path, "--version"},
                                  .deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30)});
    if (told.exit_code() != 0 || told.log.empty())
      return Missing(
          StrCat(compiler.path, ": --version fails; install it again (Debian: gcc-arm-none-eabi)"));
    version = Split(told.log, '\n').front();
  }
  compiler.version = version;
  return compiler;
}

KeptFiles Kept() {
  const char* folder = std::getenv("ATOME_FIRMWARE_CACHE");
  return {folder != nullptr ? fs::path(folder) : CacheFolder() / "firmware", kMostKeptBytes};
}

// One at a time makes the file of a key: cells of one firmware begin together.
std::shared_ptr<std::mutex> MutexOf(const std::string& key) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<std::mutex>> mutexes;
  const std::lock_guard lock(mutex);
  std::shared_ptr<std::mutex>& each = mutexes[key];
  if (each == nullptr) each = std::make_shared<std::mutex>();
  return each;
}

// One order being made.
class Making {
 public:
  // `file` stands for the model.
  Making(const FirmwareOrder& order, std::string file, Compiler compiler, Recipe recipe,
         std::string sources_hash);

  const std::string& key() const { return key_; }
  Result<std::string> Elf() const;

 private:
  // Puts the object into the folder.
  std::optional<Error> MakeObject(size_t index, const fs::path& folder) const;

  std::string file_;
  Compiler compiler_;
  Recipe recipe_;
  Values values_;                  // all but the places of this machine
  std::vector<std::string> keys_;  // of the objects
  std::string key_;
};

std::string DimensionsOf(const Model& model) { return Join(model.config.Dimensions(), ","); }

// What the firmware carries.
Result<std::string> FileFor(const FirmwareOrder& order, const Recipe& recipe) {
  if (recipe.image == "none") return order.model.bytes;
  const auto layout = std::ranges::find(kImageLayouts, recipe.image, LayoutName);
  if (layout == std::end(kImageLayouts))
    return Bad(StrCat("the recipe's image \"", recipe.image, "\" is unknown; run ci/build, which writes it"));
  return PrepareImage(order.model, order.variant, *layout);
}

Making::Making(const FirmwareOrder& order, std::string file, Compiler compiler, Recipe recipe,
               std::string sources_hash)
    : file_(std::move(file)), compiler_(std::move(compiler)), recipe_(std::move(recipe)) {
  values_ = {
      {"{dimensions}", DimensionsOf(order.model)},  {"{flash_address}", emulation::Hex(order.flash.begin)},
      {"{flash_bytes}", StrCat(order.flash.bytes)}, {"{ram_address}", emulation::Hex(order.ram.begin)},
      {"{ram_bytes}", StrCat(order.ram.bytes)},     {"{place}", std::string(PlaceName(order.place))}};
  const std::string given = StrCat(compiler_.version, "\n", sources_hash);
  const auto key = [&](const Words& words, std::string_view more) {
    Words filled;
    Append(words, values_, &filled);
    const bool of_model = std::ranges::any_of(
        words, [](const std::string& word) { return word.find("{model}") != std::string::npos; });
    return Sha256Hex(
        StrCat(given, "\n", Join(filled, "\n"), "\n", of_model ? Sha256Hex(file_) : "", "\n", more));
  };
  std::string names;
  for (Recipe::Object& object : recipe_.objects) {
    object.compile.insert(object.compile.end(), order.defines.begin(), order.defines.end());
    keys_.push_back(key(object.compile, ""));
    StrAppend(&names, object.name, " ", keys_.back(), "\n");
  }
  key_ = key(recipe_.link, names);
}

std::optional<Error> Making::MakeObject(size_t index, const fs::path& folder) const {
  const Recipe::Object& object = recipe_.objects[index];
  const std::string path = (folder / object.name).string();
  if (const std::optional<std::string> kept = Kept().Find(keys_[index] + ".o")) {
    const std::string why = ReplaceFile(path, *kept);
    return why.empty() ? std::nullopt : std::optional(Bad(why));
  }
  Values values = values_;
  values["{sources}"] = DataFolder().string();
  values["{folder}"] = folder.string();
  values["{model}"] = kModelFile;
  Words words = {compiler_.path};
  Append(object.compile, values, &words);
  words.insert(words.end(), {"-o", object.name});
  if (const std::optional<Error> failed = Run(std::move(words), folder, object.name)) return failed;
  const Result<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.error();
  Kept().Keep(keys_[index] + ".o", *bytes);
  return std::nullopt;
}

Result<std::string> Making::Elf() const {
  const emulation::TemporaryFolder folder;
  if (folder.path().empty())
    return Bad("no temporary folder can be made; set TMPDIR to one that can be written");
  if (const std::string why = ReplaceFile((folder.path() / kModelFile).string(), file_); !why.empty())
    return Bad(why);
  std::vector<std::optional<Error>> failed(recipe_.objects.size());
  ForEachIndex(
      failed.size(), std::max(1u, std::thread::hardware_concurrency()),
      [&](size_t index) { failed[index] = MakeObject(index, folder.path()); }, [](size_t, size_t) {});
  for (const std::optional<Error>& each : failed) {
    if (each) return *each;
  }
  Values values = values_;
  values["{sources}"] = DataFolder().string();
  constexpr const char* kElf = "firmware.elf";
  Words words = {compiler_.path};
  for (const std::string& word : recipe_.link) {
    if (word != "{objects}") {
      words.push_back(Filled(word, values));
      continue;
    }
    for (const Recipe::Object& object : recipe_.objects) words.push_back(object.name);
  }
  words.insert(words.end(), {"-o", kElf});
  if (const std::optional<Error> error = Run(std::move(words), folder.path(), "linking")) return *error;
  Result<std::string> elf = ReadFile((folder.path() / kElf).string());
  if (elf.ok()) Kept().Keep(key_ + ".elf", *elf);
  return elf;
}

}  // namespace

FirmwareOrder OrderFor(const Model& model, const emulation::Core& core, Variant variant,
                       FirmwareBuild build) {
  return {.model = model,
          .core = core,
          .variant = variant,
          .build = build,
          .flash = {core.flash_address, core.flash_bytes},
          .ram = {core.ram_address, core.ram_bytes}};
}

FirmwareOrder OrderFor(const Model& model, const emulation::Board& board, Variant variant,
                       FirmwareBuild build) {
  const emulation::MemoryMap map = emulation::MapOf(board);
  const emulation::MemoryRange program = map.program();
  const uint32_t offset = map.vector_address - program.begin;
  return {.model = model,
          .core = *emulation::FindCore(board.core),
          .variant = variant,
          .build = build,
          .flash = {map.vector_address, program.bytes - offset},
          .ram = map.ram()};
}

Result<std::string> MakeFirmware(const FirmwareOrder& order) {
  Result<Compiler> compiler = FindCompiler();
  if (!compiler.ok()) return compiler.error();
  Result<Recipe> recipe = ReadRecipe(order);
  if (!recipe.ok()) return recipe.error();
  Result<std::string> sources = HashOfSources(DataFolder());
  if (!sources.ok()) return sources.error();
  Result<std::string> file = FileFor(order, *recipe);
  if (!file.ok()) return file.error();
  const Making making(order, *std::move(file), *std::move(compiler), *std::move(recipe), *std::move(sources));
  const std::shared_ptr<std::mutex> mutex = MutexOf(making.key());
  const std::lock_guard lock(*mutex);
  if (std::optional<std::string> kept = Kept().Find(making.key() + ".elf")) return *std::move(kept);
  return making.Elf();
}

bool SaysTooLarge(const Error& error) { return error.message.find(kOverflow) != std::string::npos; }

}  // namespace atome::harness
