// Report files: what runs measured, kept.
#ifndef ATOME_HARNESS_REPORT_REPORT_FILE_H_
#define ATOME_HARNESS_REPORT_REPORT_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// A larger file is no report, nor one that holds more when it is decompressed.
inline constexpr size_t kMaxReportBytes = size_t{256} << 20;

// The report as JSON (report_json.h), or binary; the error when ReadReport would refuse it.
Result<std::string> ReportBytes(const Report& report, bool json);

// Whether a report file of this name is JSON, compressed or not.
bool IsJsonName(std::string_view path);
// A report's bytes as the file of that name has them: compressed where it ends in .xz.
Result<std::string> PackedFor(const std::string& path, std::string bytes);

// A report file, JSON when `path` ends in .json, else binary; either as an .xz file when .xz
// follows. The same report gives the same bytes; what is no UTF-8 in it is replaced. The file becomes this
// report whole, or stays what it was. Empty on success, else why not; a report that ReadReport would refuse
// is not written.
std::string WriteReport(const Report& report, const std::string& path);

// What WriteReport wrote, or that of an older atome, whose names become today's. Everything in the file is
// checked: enumerations are known, no key is there twice, nor a figure in a cell, numbers are finite. The
// error names the file, the place in it and the remedy; missing when it cannot be opened.
Result<Report> ReadReport(const std::string& path);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_REPORT_FILE_H_
