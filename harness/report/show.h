// Figures as people read them.
#ifndef ATOME_HARNESS_REPORT_SHOW_H_
#define ATOME_HARNESS_REPORT_SHOW_H_

#include <string>

#include "harness/report/report.h"

namespace atome::harness::report {

// A number of the catalogue's "show": 1234.6 as "1 235" of `whole`, 0.0000019 as "1.9e-06" of `scientific`.
std::string Show(double number, catalogue::Shown how);
// A value; text as it is.
std::string Show(const Value& value, catalogue::Shown how);

// A demangled name without its template arguments, which may take lines: "atome::op::Embed<>(...)".
std::string Brief(const std::string& name);

// With all digits, as programs read it.
std::string Plain(const Value& value);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_SHOW_H_
