#include "harness/execution.h"

#include <array>
#include <bit>

namespace atome::harness {

std::string OpName(atome_op op) {
  static constexpr std::array<std::string_view, 11> kNames{
      "",      "embed",  "norm",      "router",     "router entropy", "local",
      "state", "sparse", "block out", "final norm", "logits"};
  if (op < 1 || op >= static_cast<int>(kNames.size())) return "op " + std::to_string(op);
  return std::string(kNames[op]);
}

std::string Execution::Place() const {
  if (cases.empty() || cases.back().steps.empty()) return "";
  return ", case " + std::to_string(cases.size() - 1) + ", step " +
         std::to_string(cases.back().steps.size() - 1);
}

uint64_t BitHash(const std::vector<float>& values) {
  uint64_t hash = 0xCBF29CE484222325;
  for (float value : values) {
    const uint32_t bits = std::bit_cast<uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) hash = (hash ^ (bits >> shift & 0xFF)) * 0x100000001B3;
  }
  return hash;
}

}  // namespace atome::harness
