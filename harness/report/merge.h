// Several reports as one: what shards, machines and cells on their own measured.
#ifndef ATOME_HARNESS_REPORT_MERGE_H_
#define ATOME_HARNESS_REPORT_MERGE_H_

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/report/report.h"

namespace atome::harness::report {

struct NamedReport {
  std::string name;  // the file's, for errors
  Report report;
};

// The same for any order and grouping of the parts, and for parts that are there twice:
// - cells are sorted by key. Cells of one key must say the same, or the error names the cell, what differs
//   and both parts. Of a figure of class WALL, which may differ, the one with the smallest value stays.
//   Figures keep the order they have in all parts, else they are sorted by name.
// - sources are those of the parts, a part without any being its own command; sorted, each once.
// - of the environment, version, commit, host and each tool's version stay where all parts that say them say
//   the same, else they are all of them, sorted, joined by "; ". The date is the earliest.
// - the command is "atome merge".
Result<Report> Merge(std::vector<NamedReport> parts);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_MERGE_H_
