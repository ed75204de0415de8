#include "harness/base/utf8.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace atome::harness {

std::string Utf8(const std::string& text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return text;
  using Json = nlohmann::json;
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

}  // namespace atome::harness
