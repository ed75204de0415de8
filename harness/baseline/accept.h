// Making a report the baseline, and keeping who did, when, why and what changed by it.
#ifndef ATOME_HARNESS_BASELINE_ACCEPT_H_
#define ATOME_HARNESS_BASELINE_ACCEPT_H_

#include <string>

#include "harness/base/result.h"
#include "harness/diff/diff.h"
#include "harness/report/report.h"

namespace atome::harness::report {

struct Acceptance {
  std::string baseline;  // path; .json, or .json.xz
  std::string log;       // path; one JSON object a line, only ever added to
  std::string reason;
  std::string who;       // "Name <mail>"
  std::string when;      // "2024-05-01T09:30:00Z"
  std::string dirty{};   // why a report of no known commit, or of a tree with changes, is taken; else empty
  bool partial = false;  // cells of the baseline that the report lacks stay
};

// Both files are written, or neither: the log first, and as it was when the baseline then cannot be. A
// process that is killed between them leaves an entry without its baseline, whose hash it has; accepting
// again then adds none. One process at a time, by a lock on the log's folder. Returns what changed from the
// old baseline; when nothing did, wall time apart, which no baseline has, nothing is written, but for a
// baseline with names of an older atome. Errors, with what to do: no reason; no `who`; a report whose commit
// nobody can measure again, without `dirty`, or any other with it; cells that fail; a baseline that cannot be
// read; a file that cannot be written.
Result<Diff> Accept(const Report& report, const Acceptance& acceptance);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_BASELINE_ACCEPT_H_
