// Whether two cells say the same.
#ifndef ATOME_HARNESS_REPORT_SAME_H_
#define ATOME_HARNESS_REPORT_SAME_H_

#include <string>
#include <tuple>
#include <vector>

#include "harness/report/report.h"

namespace atome::harness::report {

// What names a figure in its cell, in the order in which figures are gone through.
using FigureName = std::tuple<const std::string&, const std::string&, const std::string&>;
inline FigureName NameOf(const Figure& figure) { return {figure.part_kind, figure.part, figure.name}; }

// "cycles_per_token of op sparse", "ram_bytes".
std::string Describe(const FigureName& name);

// By name; they point into the cell.
std::vector<const Figure*> SortedFigures(const ReportCell& cell);

// Wall time is another each time, so two figures that are both of class WALL are the same whatever they say.
bool SameFigure(const Figure& a, const Figure& b);

// The first that differs between two cells of one key: "status", "figure ram_bytes", ...; empty when all is
// the same. The order of figures does not count, nor figures of class WALL that only one has.
std::string FirstDifference(const ReportCell& a, const ReportCell& b);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_SAME_H_
