// JSON as commands print it.
#ifndef ATOME_HARNESS_BASE_JSON_OUTPUT_H_
#define ATOME_HARNESS_BASE_JSON_OUTPUT_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/parity/cell.h"

namespace atome::harness {

// Indented; what is no UTF-8 is replaced.
inline std::string JsonText(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// {"verdict": "pass" or "fail", "cells": [...]}, each as `cell_json` gives it.
template <class T, class CellJson>
std::string JsonOfCells(const std::vector<T>& cells, const CellJson& cell_json) {
  nlohmann::ordered_json json{{"verdict", Verdict(cells) == kPass ? "pass" : "fail"},
                              {"cells", nlohmann::ordered_json::array()}};
  for (const T& cell : cells) json["cells"].push_back(cell_json(cell));
  return JsonText(json);
}

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_JSON_OUTPUT_H_
