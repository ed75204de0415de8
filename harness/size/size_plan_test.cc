#include "harness/size/size_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "harness/base/text.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using report::PartKind;
using report::Quantity;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::TinyModel;

constexpr const char* kConfig =
    "vocab_size=300,d_model=40,n_layers=3,d_head=16,kernel_size=5,top_k=4,max_seq=9";

TEST(ModelOfDimensions, HasThemForAName) {
  EXPECT_EQ(ModelOfDimensions(kConfig, std::nullopt)->Name(), "V300 d40 L3 h16 K5 k4 S9");
  EXPECT_EQ(ModelOfDimensions(kConfig, 7)->config.max_seq, 7);
  EXPECT_THAT(ErrorOf(ModelOfDimensions("d_model=40", std::nullopt)), HasSubstr("vocab_size is missing"));
}

TEST(PlanSizes, IsACellAVariantWhateverIsBuilt) {
  const auto targets = SizeTargets({"m0", "m3"}, {});
  const Model model = *ModelOfDimensions(kConfig, std::nullopt);
  const std::vector<report::Cell> cells = PlanSizes({model}, *targets, {});
  ASSERT_EQ(cells.size(), 8u);
  EXPECT_EQ(cells[5].key.Describe(), StrCat("size plan m3 ", model.Name(), " f32kv16 speed"));
  for (const report::Cell& cell : cells) {
    EXPECT_EQ(cell.outcome, Outcome::kPass) << cell.message;
    EXPECT_EQ(cell.Count(Quantity::kLogitsBytes), 1200u);
    EXPECT_FALSE(cell.Count(Quantity::kFirmwareBytes));
    EXPECT_THAT(cell.unavailable.at(Quantity::kFirmwareBytes), HasSubstr("not measured"));
    for (const char* format : {"tiles", "columns", "file"}) {
      const report::Part part{PartKind::kFormat, format};
      const auto of = [&](Quantity quantity) { return cell.Count(quantity, part).value(); };
      EXPECT_EQ(of(Quantity::kStateBytes), of(Quantity::kConstantsBytes) + of(Quantity::kCacheBytes) +
                                               of(Quantity::kCarriedBytes) + of(Quantity::kScratchBytes));
      EXPECT_EQ(of(Quantity::kConstantsBytes) == 0, part.name != "file");
    }
    EXPECT_EQ(cell.Count(Quantity::kStateBytes),
              cell.Count(Quantity::kStateBytes, {PartKind::kFormat, "tiles"}));
  }
}

TEST(PlanSizes, AModelThatIsRefusedHasNoPlan) {
  Model model = TinyModel("tiny_odd", 3);
  model.bytes.back() ^= 1;
  const report::Cell cell = PlanSizes({model}, *SizeTargets({"m3"}, {}), {Variant::kQ15}).front();
  EXPECT_EQ(cell.outcome, Outcome::kError);
  EXPECT_THAT(cell.message, HasSubstr(model.path));
}

}  // namespace
}  // namespace atome::harness
