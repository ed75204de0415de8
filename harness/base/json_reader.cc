#include "harness/base/json_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "emulation/base/printable.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

constexpr int kMostDepth = 64;  // of objects and arrays in each other; more would exhaust the stack

// The value, or its type when it is long, for a complaint.
std::string Shown(const Json& value) {
  constexpr size_t kMost = 60;
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= kMost ? text : StrCat("an ", value.type_name());
}

// What a message quotes of the file must not give orders to a terminal.
Error Refused(std::string_view why) { return Bad(emulation::Printable(why)); }

}  // namespace

void Complaints::Add(std::string_view pointer, std::string_view what) {
  if (first_.has_value()) return;
  first_ = Refused(StrCat(file_, ": ", pointer, pointer.empty() ? "" : ": ", what));
}

Result<std::shared_ptr<const Json>> ParseJson(const std::string& file, const std::string& text) {
  std::vector<std::set<std::string>> keys;  // of the objects around
  std::string twice;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMostDepth)
      throw std::length_error("has objects or arrays nested too deep; write it flatter");
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second &&
        twice.empty())
      twice = parsed.get<std::string>();
    return true;
  };
  try {
    Json json = Json::parse(text, watch);
    if (!twice.empty())
      return Refused(StrCat(file, ": key \"", twice, "\" is twice in one object; keep one"));
    return std::make_shared<const Json>(std::move(json));
  } catch (const Json::parse_error& error) {
    std::string what = error.what();  // "[json.exception.parse_error.101] parse error at line ..."
    if (const size_t at = what.find("parse error"); at != std::string::npos) what.erase(0, at);
    return Refused(StrCat(file, ": is not JSON: ", what));
  } catch (const std::length_error& error) {
    return Refused(StrCat(file, ": ", error.what()));
  }
}

JsonObject::JsonObject(const Json& value, std::string pointer, const std::vector<std::string_view>& keys,
                       Complaints* complaints)
    : pointer_(std::move(pointer)), complaints_(complaints) {
  if (!value.is_object()) {
    complaints_->Add(pointer_, fmt::format("is {}, not an object; write {{...}} with the keys {}",
                                           Shown(value), Join(keys, ", ")));
    return;
  }
  object_ = &value;
  for (const auto& [key, unused] : value.items()) {
    if (std::ranges::find(keys, key) == keys.end())
      complaints_->Add(PointerTo(key), fmt::format("unknown key; known are {}", Join(keys, ", ")));
  }
}

std::string JsonObject::PointerTo(std::string_view key) const { return StrCat(pointer_, "/", key); }

void JsonObject::Complain(std::string_view key, std::string_view what) const {
  complaints_->Add(PointerTo(key), what);
}

const Json* JsonObject::Find(std::string_view key) const {
  if (object_ == nullptr) return nullptr;
  const auto at = object_->find(std::string(key));
  return at == object_->end() ? nullptr : &*at;
}

std::string JsonObject::Text(std::string_view key, std::string_view example) const {
  if (object_ != nullptr && !Has(key)) Complain(key, StrCat("is missing; give ", example));
  return OptionalText(key).value_or("");
}

std::optional<std::string> JsonObject::OptionalText(std::string_view key) const {
  const Json* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string() && !value->get_ref<const std::string&>().empty()) return value->get<std::string>();
  Complain(key, StrCat("is ", Shown(*value), "; give a string with something in it"));
  return std::nullopt;
}

std::optional<std::string> JsonObject::AnyText(std::string_view key, std::string_view otherwise) const {
  const Json* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  Complain(key, otherwise);
  return std::nullopt;
}

double JsonObject::Real(std::string_view key, std::string_view otherwise) const {
  const Json* value = Find(key);
  if (value != nullptr && value->is_number()) return value->get<double>();
  if (object_ != nullptr) Complain(key, otherwise);
  return 0;
}

uint32_t JsonObject::Number(std::string_view key, uint32_t fallback, uint32_t least, uint32_t most) const {
  const Json* value = Find(key);
  if (value == nullptr) return fallback;
  if (value->is_number_unsigned()) {
    const auto number = value->get<uint64_t>();
    if (number >= least && number <= most) return static_cast<uint32_t>(number);
  }
  Complain(key, StrCat("is ", Shown(*value), "; give a whole number from ", least, " to ", most));
  return fallback;
}

std::vector<std::string> JsonObject::Texts(std::string_view key) const {
  std::vector<std::string> texts;
  const Json* value = Find(key);
  if (value == nullptr) return texts;
  if (!value->is_array() || !std::ranges::all_of(*value, [](const Json& each) { return each.is_string(); })) {
    Complain(key, StrCat("is ", Shown(*value), "; give an array of strings"));
    return texts;
  }
  return value->get<std::vector<std::string>>();
}

std::vector<uint32_t> JsonObject::Numbers(std::string_view key) const {
  std::vector<uint32_t> numbers;
  const Json* value = Find(key);
  if (value == nullptr) return numbers;
  const auto good = [](const Json& each) {
    return each.is_number_unsigned() && each.get<uint64_t>() <= UINT32_MAX;
  };
  if (!value->is_array() || !std::ranges::all_of(*value, good)) {
    Complain(key, StrCat("is ", Shown(*value), "; give an array of whole numbers below 2^32, as in [0, 1]"));
    return numbers;
  }
  return value->get<std::vector<uint32_t>>();
}

std::vector<const Json*> JsonObject::Elements(std::string_view key, std::string_view of_what) const {
  std::vector<const Json*> elements;
  const Json* value = Find(key);
  if (value == nullptr || !value->is_array() || value->empty()) {
    if (object_ != nullptr)
      Complain(key, StrCat(value == nullptr ? "is missing" : StrCat("is ", Shown(*value)),
                           "; give an array of ", of_what));
    return elements;
  }
  for (const Json& element : *value) elements.push_back(&element);
  return elements;
}

}  // namespace atome::harness
