// Report files: what a run measured, kept. The adapter for proto/report.proto.
#ifndef ATOME_HARNESS_REPORT_FILE_H_
#define ATOME_HARNESS_REPORT_FILE_H_

#include <map>
#include <string>
#include <vector>

#include "harness/cell.h"

namespace atome::harness {

struct Report {
  std::string command;
  std::map<std::string, std::string> tools;  // name -> version
  std::vector<Cell> cells;
};

// A report file, protobuf's own JSON when `path` ends in .json, else binary. Empty on success, else why not.
std::string WriteReport(const Report& report, const std::string& path);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_REPORT_FILE_H_
