// A comparison for people: on a terminal, and in Markdown.
#ifndef ATOME_HARNESS_CAUSES_DIFF_TEXT_H_
#define ATOME_HARNESS_CAUSES_DIFF_TEXT_H_

#include <string>

#include "harness/base/terminal.h"
#include "harness/diff/diff.h"

namespace atome::harness::report {

// The verdict with the headline, a line a cause (the first 20), how many notes there are, what else differs,
// and how much was compared. No line is wider than the style's. `all`: every cause with its changes, and the
// notes.
std::string DiffText(const Diff& diff, const TextStyle& style, bool all);

// The same as a table, with the changes of each cause folded: at most 100 lines, and 60 where nothing is
// worse.
std::string DiffMarkdown(const Diff& diff);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_DIFF_TEXT_H_
