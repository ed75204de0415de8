#include "harness/base/variant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace atome::harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParseVariants, TakesNamesInTheirOrder) {
  EXPECT_THAT(*ParseVariants({"q15", "f32"}), ElementsAre(Variant::kQ15, Variant::kF32));
  for (const Variant variant : kVariants)
    EXPECT_THAT(*ParseVariants({std::string(VariantName(variant))}), ElementsAre(variant));
}

TEST(ParseVariants, NoNameIsF32) { EXPECT_THAT(*ParseVariants({}), ElementsAre(Variant::kF32)); }

TEST(ParseVariants, RefusesUnknownNames) {
  EXPECT_THAT(ParseVariants({"f32", "q16"}).error().message, HasSubstr("q16"));
  EXPECT_FALSE(ParseVariants({""}).ok());
}

}  // namespace
}  // namespace atome::harness
