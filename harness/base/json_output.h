// The JSON text that commands print.
#ifndef ATOME_HARNESS_BASE_JSON_OUTPUT_H_
#define ATOME_HARNESS_BASE_JSON_OUTPUT_H_

#include <nlohmann/json.hpp>
#include <string>

namespace atome::harness {

// Indented; bytes that are not UTF-8 are replaced.
inline std::string JsonText(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_JSON_OUTPUT_H_
