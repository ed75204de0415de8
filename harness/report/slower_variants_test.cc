#include "harness/report/slower_variants.h"

#include <gmock/gmock.h>

namespace atome::harness::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Cell Cycles(const std::string& core, const std::string& variant, double cycles, const std::string& board = "",
            const std::string& model = "a.atome03") {
  Cell cell;
  cell.key.kind = Kind::kCycles;
  cell.key.core = core;
  cell.key.board = board;
  cell.key.variant = variant;
  cell.key.model = model;
  cell.outcome = Outcome::kPass;
  cell.Add(Quantity::kCyclesPerToken, cycles);
  return cell;
}

std::vector<std::string> Of(const std::vector<Cell>& cells) {
  std::vector<const Cell*> pointers;
  for (const Cell& cell : cells) pointers.push_back(&cell);
  return SlowerVariants(pointers);
}

TEST(SlowerVariants, EachIsComparedWithTheFastestOfItsPlace) {
  EXPECT_THAT(
      Of({Cycles("m3", "f32", 200), Cycles("m3", "q15", 100), Cycles("m3", "q15kv8", 150),
          Cycles("m7", "f32", 100), Cycles("m7", "q15", 113.4), Cycles("m7", "q15", 90, "stm32f746"),
          Cycles("m7", "f32", 99, "stm32f746")}),
      ElementsAre("f32 is slower than another variant on m3 (100 % over q15), stm32f746 (10 % over q15)",
                  "q15kv8 is slower than another variant on m3 (50 % over q15)",
                  "q15 is slower than another variant on m7 (13 % over f32)"));
}

TEST(SlowerVariants, ModelsAreNamedWhereThereAreSeveral) {
  EXPECT_THAT(
      Of({Cycles("m3", "f32", 200), Cycles("m3", "q15", 100), Cycles("m3", "f32", 1, "", "b.atome03")}),
      ElementsAre("a.atome03: f32 is slower than another variant on m3 (100 % over q15)"));
}

TEST(SlowerVariants, EqualOnesAndThoseThatDoNotPassOrHaveNoCyclesAreNoneOfThem) {
  Cell failed = Cycles("m3", "q15", 1);
  failed.Fail(Outcome::kMismatch, "wrong");
  Cell uncounted = Cycles("m3", "q15kv8", 1);
  uncounted.figures.clear();
  Cell parity = Cycles("m3", "plain", 1);
  parity.key.kind = Kind::kParity;
  Cell of_size = Cycles("m3", "q15", 5);
  of_size.key.build_kind = "size";
  EXPECT_THAT(
      Of({Cycles("m3", "f32", 100), Cycles("m3", "f32kv16", 100), failed, uncounted, parity, of_size}),
      IsEmpty());
  EXPECT_THAT(Of({}), IsEmpty());
}

}  // namespace
}  // namespace atome::harness::report
