// Whether two cells say the same.
#ifndef ATOME_HARNESS_REPORT_SAME_H_
#define ATOME_HARNESS_REPORT_SAME_H_

#include <string>

#include "harness/report/report.h"

namespace atome::harness::report {

// Wall time differs each time, so two figures of class WALL are the same whatever they say.
bool SameFigure(const Figure& a, const Figure& b);

// The first that differs between two cells of one key: "outcome", "figure ram_bytes", ...; empty when all is
// the same. The order of figures does not count, nor figures of class WALL that only one has.
std::string FirstDifference(const Cell& a, const Cell& b);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_SAME_H_
