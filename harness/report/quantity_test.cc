// What proto/catalogue.json says must hold together.
#include "harness/report/quantity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "harness/base/text.h"
#include "harness/report/report.h"
#include "harness/report/view.h"

namespace atome::harness::report {
namespace {

template <class Enum, class Table>
std::vector<Enum> All(const Table& table) {
  std::vector<Enum> all;
  for (size_t i = 0; i < std::size(table); ++i) all.push_back(static_cast<Enum>(i));
  return all;
}
std::vector<Quantity> Quantities() { return All<Quantity>(catalogue::kQuantities); }
std::vector<Kind> Kinds() { return All<Kind>(catalogue::kKinds); }
std::vector<PartKind> PartKinds() { return All<PartKind>(catalogue::kPartKinds); }

TEST(Catalogue, EveryQuantityHasItsNameTitlesAndUnit) {
  std::set<std::string_view> names;
  for (const Quantity quantity : Quantities()) {
    const catalogue::QuantityRow& info = InfoOf(quantity);
    EXPECT_TRUE(names.insert(info.name).second) << info.name << " twice";
    EXPECT_EQ(FindQuantity(info.name), quantity);
    EXPECT_TRUE(std::ranges::all_of(info.name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    })) << info.name;
    EXPECT_FALSE(info.title.empty()) << info.name;
    EXPECT_FALSE(info.short_title.empty()) << info.name;
    EXPECT_LE(info.short_title.size(), 20u) << info.name << ": a column's title";
    const bool bytes = info.name.ends_with("_bytes") || info.name.ends_with("_bytes_needed");
    EXPECT_EQ(bytes, info.unit == "bytes") << info.name;
    EXPECT_EQ(info.name.ends_with("seconds"), info.unit == "seconds") << info.name;
    if (info.shown == catalogue::Shown::kText) {
      EXPECT_EQ(info.unit, "") << info.name << ": text has none";
      EXPECT_EQ(info.figure_class, FigureClass::kExact) << info.name;
      EXPECT_TRUE(info.better == Better::kEqual || info.better == Better::kTold) << info.name;
    }
  }
  EXPECT_EQ(FindQuantity(""), std::nullopt);
  EXPECT_EQ(FindQuantity("ram"), std::nullopt);
}

TEST(Catalogue, OnlyEstimatesHaveAMaterialChange) {
  for (const Quantity quantity : Quantities()) {
    const catalogue::QuantityRow& info = InfoOf(quantity);
    EXPECT_EQ(info.figure_class == FigureClass::kInterval, info.material > 0) << info.name;
    EXPECT_LT(info.material, 0.5) << info.name << ": a fraction, not percent";
  }
}

TEST(Catalogue, PartsOfOneKindOnlyWhereTheyMayBeAbsent) {
  for (const Quantity quantity : Quantities()) {
    EXPECT_TRUE(MayBeOf(quantity, PartKind::kWhole));
    const auto parts = std::ranges::count_if(
        PartKinds(), [&](PartKind kind) { return kind != PartKind::kWhole && MayBeOf(quantity, kind); });
    EXPECT_TRUE(!InfoOf(quantity).absent_is_zero || parts == 1) << NameOf(quantity);
  }
  EXPECT_TRUE(MayBeOf(Quantity::kCyclesPerToken, PartKind::kOp));
  EXPECT_TRUE(MayBeOf(Quantity::kCyclesPerToken, PartKind::kCore));
  EXPECT_FALSE(MayBeOf(Quantity::kCyclesPerToken, PartKind::kBoard));
  EXPECT_FALSE(MayBeOf(Quantity::kCyclesTotal, PartKind::kOp));
}

TEST(Catalogue, KindsAndPartsAreFoundAgain) {
  for (const Kind kind : Kinds()) EXPECT_EQ(FindKind(NameOf(kind)), kind);
  for (const PartKind kind : PartKinds()) EXPECT_EQ(FindPartKind(NameOf(kind)), kind);
  EXPECT_EQ(FindPartKind(""), PartKind::kWhole);
  EXPECT_EQ(FindKind(""), std::nullopt);
  EXPECT_EQ(FindKind("size "), std::nullopt);
}

// One old name must not mean two figures, nor take the place of a name of today.
TEST(Catalogue, FormerNamesDoNotCollide) {
  const auto meets = [](std::string_view wanted, std::string_view has) {
    return wanted.empty() || wanted == has;
  };
  for (const Kind kind : Kinds()) {
    for (const PartKind part : PartKinds()) {
      std::set<std::string_view> names;
      for (const catalogue::FormerName& former : catalogue::kFormerNames) {
        if (!meets(former.kind, NameOf(kind)) || !meets(former.part_kind, NameOf(part))) continue;
        EXPECT_TRUE(names.insert(former.name).second)
            << former.name << " of " << NameOf(kind) << " " << NameOf(part);
        EXPECT_EQ(FindFormerQuantity(former.name, kind, part), former.now);
      }
      for (const Quantity quantity : Quantities()) {
        if (names.contains(NameOf(quantity))) continue;
        EXPECT_EQ(FindFormerQuantity(NameOf(quantity), kind, part), quantity);
      }
    }
  }
  for (const catalogue::FormerName& former : catalogue::kFormerNames) {
    EXPECT_TRUE(former.kind.empty() || FindKind(former.kind)) << former.name;
    EXPECT_TRUE(FindPartKind(former.part_kind)) << former.name;
    EXPECT_NE(NameOf(former.now), former.name);
    const bool everywhere = former.kind.empty() && former.part_kind.empty();
    EXPECT_FALSE(everywhere && FindQuantity(former.name)) << former.name << " could never be read";
  }
}

TEST(Catalogue, TablesShowWhatThereIs) {
  std::set<std::string_view> fields{"outcome", "note", "message"};
  for (const KeyField& field : kKeyFields) fields.insert(field.name);
  for (const Kind kind : Kinds()) {
    EXPECT_FALSE(ViewsOf(kind).empty()) << NameOf(kind);
    for (const View& view : ViewsOf(kind)) {
      EXPECT_FALSE(view.columns.empty()) << NameOf(kind) << " " << view.title;
      for (const ViewColumn& column : view.columns) {
        EXPECT_TRUE(column.what != ViewColumn::What::kField || fields.contains(column.field))
            << NameOf(kind) << ": no column " << column.field;
        if (column.what != ViewColumn::What::kFigures) continue;
        const PartKind part = column.by != PartKind::kWhole     ? column.by
                              : column.part != PartKind::kWhole ? column.part
                                                                : view.rows;
        for (const Quantity quantity : column.figures)
          EXPECT_TRUE(MayBeOf(quantity, part))
              << NameOf(kind) << ": " << NameOf(quantity) << " of " << NameOf(part);
        EXPECT_TRUE(!column.of || MayBeOf(*column.of, part)) << NameOf(kind) << ": behind a figure";
        EXPECT_TRUE(!column.per || MayBeOf(*column.per, part)) << NameOf(kind) << ": below a figure";
      }
      EXPECT_TRUE(!view.with || MayBeOf(*view.with, view.rows)) << NameOf(kind);
      EXPECT_TRUE(!view.order || MayBeOf(*view.order, view.rows)) << NameOf(kind);
    }
  }
}

}  // namespace
}  // namespace atome::harness::report
