#include "harness/report/quantity.h"

#include <algorithm>
#include <iterator>

namespace atome::harness::report {
namespace {

// The position of `name` in a table as the enumerator of it.
template <class Enum, class Names>
std::optional<Enum> Find(const Names& names, std::string_view name) {
  const auto at = std::ranges::find(names, name);
  if (at == std::end(names)) return std::nullopt;
  return static_cast<Enum>(at - std::begin(names));
}

}  // namespace

const catalogue::QuantityRow& InfoOf(Quantity quantity) {
  return catalogue::kQuantities[static_cast<size_t>(quantity)];
}

bool MayBeOf(Quantity quantity, PartKind part) {
  return part == PartKind::kWhole || (InfoOf(quantity).parts >> (static_cast<unsigned>(part) - 1) & 1) != 0;
}

std::optional<Quantity> FindQuantity(std::string_view name) {
  const auto* row = std::ranges::find(catalogue::kQuantities, name, &catalogue::QuantityRow::name);
  if (row == std::end(catalogue::kQuantities)) return std::nullopt;
  return static_cast<Quantity>(row - std::begin(catalogue::kQuantities));
}

std::optional<Quantity> FindFormerQuantity(std::string_view name, Kind kind, PartKind part) {
  const auto meets = [](std::string_view wanted, std::string_view has) {
    return wanted.empty() || wanted == has;
  };
  for (const catalogue::FormerName& former : catalogue::kFormerNames) {
    if (former.name == name && meets(former.kind, NameOf(kind)) && meets(former.part_kind, NameOf(part)))
      return former.now;
  }
  return FindQuantity(name);
}

std::string_view NameOf(PartKind part) { return catalogue::kPartKinds[static_cast<size_t>(part)]; }
std::optional<PartKind> FindPartKind(std::string_view name) {
  return Find<PartKind>(catalogue::kPartKinds, name);
}

std::string_view NameOf(Kind kind) { return catalogue::kKinds[static_cast<size_t>(kind)]; }
std::optional<Kind> FindKind(std::string_view name) { return Find<Kind>(catalogue::kKinds, name); }

}  // namespace atome::harness::report
