// The numerical contracts that an engine can follow.
#ifndef ATOME_HARNESS_BASE_VARIANT_H_
#define ATOME_HARNESS_BASE_VARIANT_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace atome::harness {

// The numbers are those of proto/model.proto.
enum class Variant { kF32 = 1, kQ15 = 2, kQ15Kv8 = 3, kPlain = 4, kF32Kv16 = 5 };
inline constexpr Variant kVariants[] = {Variant::kF32, Variant::kQ15, Variant::kQ15Kv8, Variant::kPlain,
                                        Variant::kF32Kv16};

// "f32", "q15", "q15kv8", "plain", "f32kv16".
std::string_view VariantName(Variant variant);
// The variants with these names, in order; f32 for an empty list. The error names the unknown one.
Result<std::vector<Variant>> ParseVariants(const std::vector<std::string>& names);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_VARIANT_H_
