#include "harness/base/variant.h"

#include <algorithm>

#include "harness/base/nearest.h"
#include "harness/base/text.h"

namespace atome::harness {

std::string_view VariantName(Variant variant) {
  static constexpr std::string_view kNames[] = {"", "f32", "q15", "q15kv8", "plain", "f32kv16"};
  return kNames[static_cast<size_t>(variant)];
}

Result<std::vector<Variant>> ParseVariants(const std::vector<std::string>& names) {
  std::vector<Variant> variants;
  for (const std::string& name : names) {
    const auto found = std::ranges::find(kVariants, name, VariantName);
    if (found == std::end(kVariants))
      return Bad(UnknownWord("variant", name, {"f32", "f32kv16", "q15", "q15kv8", "plain"}));
    variants.push_back(*found);
  }
  if (variants.empty()) variants.push_back(Variant::kF32);
  return variants;
}

}  // namespace atome::harness
