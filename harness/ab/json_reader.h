// Objects of a JSON file that a person wrote: every complaint names the file, the place and the remedy.
#ifndef ATOME_HARNESS_AB_JSON_READER_H_
#define ATOME_HARNESS_AB_JSON_READER_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace atome::harness::ab {

using Json = nlohmann::ordered_json;

// The first complaint about a file is kept; later ones may be its consequences.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}

  // `pointer` as in RFC 6901; "" is the whole file. `what` ends with the remedy.
  void Add(std::string_view pointer, std::string_view what);
  bool none() const { return !first_.has_value(); }
  const Error& first() const { return *first_; }  // only when there is one

 private:
  std::string file_;
  std::optional<Error> first_;
};

// The text as JSON. The error gives line and column, or the key that an object has twice.
Result<Json> ParseJson(const std::string& file, const std::string& text);

// An object with the keys it may have. Getters return an empty value after they complained, so that a reader
// goes on and the caller looks at the complaints once.
class JsonObject {
 public:
  // Complains when `value` is no object or has a key that is not in `keys`. All must outlive it.
  JsonObject(const Json& value, std::string pointer, const std::vector<std::string_view>& keys,
             Complaints* complaints);

  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  std::string PointerTo(std::string_view key) const;
  void Complain(std::string_view key, std::string_view what) const;

  // Must be there and not empty; `example` goes into the complaint.
  std::string Text(std::string_view key, std::string_view example) const;
  std::optional<std::string> OptionalText(std::string_view key) const;
  // `fallback` when it is not there.
  uint32_t Number(std::string_view key, uint32_t fallback, uint32_t least, uint32_t most) const;
  // Empty when it is not there.
  std::vector<std::string> Texts(std::string_view key) const;
  std::vector<uint32_t> Numbers(std::string_view key) const;
  // The elements of an array that must be there and have at least one.
  std::vector<const Json*> Elements(std::string_view key, std::string_view of_what) const;
  const Json* Find(std::string_view key) const;  // or nullptr

 private:
  const Json* object_ = nullptr;  // or nullptr when it is none
  std::string pointer_;
  Complaints* complaints_;
};

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_JSON_READER_H_
