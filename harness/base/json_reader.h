// Reads objects of a JSON file that a person wrote; every complaint names the file, the place and the remedy.
// This header does not include the JSON library, because that costs the compiler seconds a file.
#ifndef ATOME_HARNESS_BASE_JSON_READER_H_
#define ATOME_HARNESS_BASE_JSON_READER_H_

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace atome::harness {

using Json = nlohmann::ordered_json;  // declared only

// Keeps only the first complaint about a file; later ones may be its consequences.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}

  // `pointer` follows RFC 6901; "" is the whole file. `what` ends with the remedy.
  void Add(std::string_view pointer, std::string_view what);
  bool none() const { return !first_.has_value(); }
  const Error& first() const { return *first_; }  // only when none() is false

 private:
  std::string file_;
  std::optional<Error> first_;
};

// Parses the text; never null. The error gives line and column, or the key that an object has twice.
Result<std::shared_ptr<const Json>> ParseJson(const std::string& file, const std::string& text);

// An object and the keys that it may have. After a complaint a getter returns an empty value, so that the
// reader goes on and the caller checks the complaints once, at the end.
class JsonObject {
 public:
  // Complains when `value` is not an object or has a key that is not in `keys`. All must outlive it.
  JsonObject(const Json& value, std::string pointer, const std::vector<std::string_view>& keys,
             Complaints* complaints);

  bool Has(std::string_view key) const { return Find(key) != nullptr; }
  std::string PointerTo(std::string_view key) const;
  void Complain(std::string_view key, std::string_view what) const;

  // Required, not empty; the complaint shows `example`.
  std::string Text(std::string_view key, std::string_view example) const;
  std::optional<std::string> OptionalText(std::string_view key) const;
  // May be empty; `otherwise` is the complaint about a value that is not text.
  std::optional<std::string> AnyText(std::string_view key, std::string_view otherwise) const;
  // `fallback` when the key is absent.
  uint32_t Number(std::string_view key, uint32_t fallback, uint32_t least, uint32_t most) const;
  // Required, any number; `otherwise` is the complaint. Returns 0 after a complaint.
  double Real(std::string_view key, std::string_view otherwise) const;
  // Empty when the key is absent.
  std::vector<std::string> Texts(std::string_view key) const;
  std::vector<uint32_t> Numbers(std::string_view key) const;
  // The elements of a required array that has at least one.
  std::vector<const Json*> Elements(std::string_view key, std::string_view of_what) const;
  const Json* Find(std::string_view key) const;  // or nullptr

 private:
  const Json* object_ = nullptr;  // nullptr when the value is not an object
  std::string pointer_;
  Complaints* complaints_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_JSON_READER_H_
