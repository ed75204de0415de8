#include "harness/causes/place.h"

#include <algorithm>
#include <set>

#include "harness/base/text.h"
#include "harness/report/names.h"

namespace atome::harness::report {
namespace {

constexpr std::string_view kUsualModel = "atome_60k.atome03", kUsualVariant = "f32", kSpeed = "speed",
                           kSize = "size";

// Words with a space between those that are not empty.
std::string Words(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!word.empty()) StrAppend(&text, text.empty() ? "" : " ", word);
  }
  return text;
}

// The field where all have the same, else nothing.
std::string Common(const std::vector<const Key*>& keys, std::string Key::*field) {
  const std::string& first = keys.front()->*field;
  return std::ranges::all_of(keys, [&](const Key* key) { return key->*field == first; }) ? first : "";
}

}  // namespace

std::string_view ShownRunner(std::string_view runner) {
  if (runner == "unicorn") return "Unicorn";
  if (runner == "qemu") return "QEMU";
  if (runner == "probe") return "silicon";
  return runner == "elf" ? "" : runner;
}

std::string PlaceText(const Key& key) {
  const bool is_named = key.kind == Kind::kBenchmark || key.kind == Kind::kAb || key.kind == Kind::kRun ||
                        key.kind == Kind::kMutant || key.kind == Kind::kContainment;
  // Perplexity is the same wherever the bits are.
  const bool is_anywhere = key.kind == Kind::kPerplexity;
  const std::string core = is_anywhere ? "" : key.board.empty() ? ShownCore(key.core) : key.board;
  const bool is_size = key.build_kind == kSize;
  const std::string text =
      is_named ? Words({key.detail, core}) : Words({core, key.variant, ShortModel(key.model)});
  return is_size && !is_named ? text + ", built for size" : text;
}

std::string AlsoText(const Key& head, const std::vector<const Key*>& keys) {
  struct Dimension {
    std::string Key::*field;
    std::string_view several;
    std::string (*shown)(std::string_view);
  };
  static constexpr auto kAsItIs = [](std::string_view text) { return std::string(text); };
  static constexpr Dimension kDimensions[] = {{&Key::core, "cores", ShownCore},
                                              {&Key::board, "boards", kAsItIs},
                                              {&Key::model, "models", ShortModel},
                                              {&Key::variant, "variants", kAsItIs},
                                              {&Key::build_kind, "builds", kAsItIs}};
  std::vector<std::string> pieces;
  for (const Dimension& dimension : kDimensions) {
    std::set<std::string_view> others;
    for (const Key* key : keys) {
      const std::string& value = key->*dimension.field;
      if (!value.empty() && value != head.*dimension.field) others.insert(value);
    }
    if (others.empty()) continue;
    if (dimension.field == &Key::build_kind) {
      pieces.push_back(StrCat("the ", *others.begin(), " build"));
    } else if (others.size() == 1) {
      pieces.push_back(dimension.shown(*others.begin()));
    } else {
      pieces.push_back(StrCat(others.size(), " ", dimension.several));
    }
  }
  return pieces.empty() ? "" : StrCat("also ", Join(pieces, ", "));
}

std::string CommonText(const std::vector<const Key*>& keys) {
  const std::string runner = Common(keys, &Key::runner), board = Common(keys, &Key::board);
  std::string core = Common(keys, &Key::core);
  if (runner == "native" && core == "host") core.clear();  // the runner says it
  const std::string text = Words({ShownRunner(runner), board.empty() ? ShownCore(core) : board,
                                  Common(keys, &Key::variant), ShortModel(Common(keys, &Key::model))});
  return text.empty() ? StrCat(NameOf(keys.front()->kind), " cells") : text;
}

int DistanceFromUsual(const Key& key) {
  static constexpr std::string_view kVariants[] = {kUsualVariant, "f32kv16", "q15", "q15kv8", ""};
  const auto* variant = std::ranges::find(kVariants, key.variant);
  // What matters more weighs more than all that matters less.
  return 100 * (key.board.empty() ? 0 : 1) + 40 * (key.model == kUsualModel ? 0 : 1) +
         10 * (key.build_kind == kSpeed || key.build_kind.empty() ? 0 : 1) +
         static_cast<int>(variant - std::begin(kVariants));
}

}  // namespace atome::harness::report
