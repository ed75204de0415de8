#include "harness/run/execution.h"

#include <algorithm>
#include <array>
#include <bit>

#include "harness/base/text.h"

namespace atome::harness {

std::string OpName(atome_op op) {
  static constexpr std::array<std::string_view, 14> kNames{
      "",       "embed",     "norm",       "router", "router entropy", "local",     "state",
      "sparse", "block out", "final norm", "logits", "attention",      "feed norm", "feed forward"};
  if (op < 1 || op >= static_cast<int>(kNames.size())) return "op " + std::to_string(op);
  return std::string(kNames[op]);
}

std::string_view VariantName(Variant variant) {
  static constexpr std::string_view kNames[] = {"", "f32", "q15", "q15kv8", "plain"};
  return kNames[static_cast<size_t>(variant)];
}

Result<std::vector<Variant>> ParseVariants(const std::vector<std::string>& names) {
  std::vector<Variant> variants;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(kVariants, name, VariantName);
    if (found == std::end(kVariants))
      return Bad(StrCat("unknown variant \"", name, "\"; known are f32, q15, q15kv8, plain"));
    variants.push_back(*found);
  }
  if (variants.empty()) variants.push_back(Variant::kF32);
  return variants;
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
