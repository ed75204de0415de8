// Values of figures and their differences as the differ shows them.
#ifndef ATOME_HARNESS_DIFF_VALUE_TEXT_H_
#define ATOME_HARNESS_DIFF_VALUE_TEXT_H_

#include <string>
#include <utility>

#include "harness/report/report.h"

namespace atome::harness::report {

// Ten digits of a real number; of text longer than 16 characters the first 12.
std::string ValueText(const Figure& figure);
// Of two figures; reals with all digits where ten do not tell them apart.
std::pair<std::string, std::string> ValueTexts(const Figure& before, const Figure& after);
// "+16 (+0.512 %)"; no percentage of nothing. Exact for counts.
std::string DifferenceText(const Figure& before, const Figure& after);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_VALUE_TEXT_H_
