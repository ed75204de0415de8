// Reports as JSON, "atome.report/2": proto/report.schema.json is the contract.
#ifndef ATOME_HARNESS_REPORT_REPORT_JSON_H_
#define ATOME_HARNESS_REPORT_REPORT_JSON_H_

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// A cell and a figure a line, so that a difference of two files can be read. Counts are whole numbers, real
// numbers have a point or an exponent and the shortest digits that read back as the same number.
std::string JsonOf(const Report& report);

// Whether a JSON text says that it is of this form or a later one; reports of older atomes say nothing.
bool IsReportJson(std::string_view text);

// What JsonOf wrote, everything checked. The error says the place and what is wrong with it, not the file.
Result<Report> ReportOfJson(std::string_view text);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_REPORT_JSON_H_
