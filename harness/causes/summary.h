// What all of a comparison comes to, in a line.
#ifndef ATOME_HARNESS_CAUSES_SUMMARY_H_
#define ATOME_HARNESS_CAUSES_SUMMARY_H_

#include <string>
#include <string_view>

#include "harness/diff/diff.h"

namespace atome::harness::report {

// "3 causes, 24 figures; better: 1 cause, 2 figures"; without causes what that means.
std::string Headline(const Diff& diff);

// "3 regressions, 1 improvement, 2 notes; compared 12 cells, 340 figures".
std::string Summary(const Diff& diff);

// "REGRESSION", "FAIL" of a report alone, "PASS".
std::string_view Verdict(const Diff& diff);

// "Compared: 12 cells, 340 figures, of which 338 equal. Only in ...".
std::string Compared(const Diff& diff);

// "Also different: commit: a, now b; ...", hashes of commits cut; "renamed: ..."; empty where there is none.
std::string AlsoDifferent(const Diff& diff);
std::string Renamed(const Diff& diff);

// "1 figure", "24 figures".
std::string Plural(size_t count, std::string_view what);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_SUMMARY_H_
