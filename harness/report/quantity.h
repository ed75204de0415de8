// What is measured: the entries of proto/catalogue.json.
#ifndef ATOME_HARNESS_REPORT_QUANTITY_H_
#define ATOME_HARNESS_REPORT_QUANTITY_H_

#include <optional>
#include <string_view>

#include "proto/catalogue.h"

namespace atome::harness::report {

using catalogue::Better;
using catalogue::FigureClass;
using catalogue::Kind;
using catalogue::PartKind;
using catalogue::Quantity;

// What the catalogue says of one: name, titles, unit, class, direction, how it is shown.
const catalogue::QuantityRow& InfoOf(Quantity quantity);
inline std::string_view NameOf(Quantity quantity) { return InfoOf(quantity).name; }
inline bool IsWall(Quantity quantity) { return InfoOf(quantity).figure_class == FigureClass::kWall; }
// Whether a cell may have it of a part of that kind.
bool MayBeOf(Quantity quantity, PartKind part);

std::optional<Quantity> FindQuantity(std::string_view name);
// By the name that an older report has for it in a cell and part of these kinds.
std::optional<Quantity> FindFormerQuantity(std::string_view name, Kind kind, PartKind part);

// "op", "symbol", ...; "" of the whole cell.
std::string_view NameOf(PartKind part);
std::optional<PartKind> FindPartKind(std::string_view name);

// "parity", "cycles", "size", "perplexity", "benchmark", "ab", "run", "injection".
std::string_view NameOf(Kind kind);
std::optional<Kind> FindKind(std::string_view name);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_QUANTITY_H_
