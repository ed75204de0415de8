#include "harness/ab/cache.h"

#include <filesystem>

#include "harness/model/model.h"
#include "harness/base/replace_file.h"
#include "harness/base/result.h"
#include "harness/base/text.h"

namespace atome::harness::ab {

std::string Cache::PathOf(const Json& key) const {
  return StrCat(folder_, "/", Sha256Hex(key.dump()).substr(0, 32), ".json");
}

std::optional<Json> Cache::Find(const Json& key) const {
  if (fresh_) return std::nullopt;
  const Result<std::string> text = ReadFile(PathOf(key));
  if (!text.ok()) return std::nullopt;
  const Json kept = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!kept.is_object() || !kept.contains("key") || !kept.contains("value") || kept["key"] != key)
    return std::nullopt;
  return kept["value"];
}

std::string Cache::Keep(const Json& key, const Json& value) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return StrCat(folder_, ": cannot make the folder: ", error.message());
  const std::lock_guard lock(writing_);
  return ReplaceFile(PathOf(key), Json{{"key", key}, {"value", value}}.dump() + "\n");
}

}  // namespace atome::harness::ab
