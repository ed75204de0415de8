// Single flips as text: for people, and as a table of all.
#ifndef ATOME_HARNESS_INJECT_OUTCOMES_H_
#define ATOME_HARNESS_INJECT_OUTCOMES_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/table.h"
#include "harness/inject/campaign.h"
#include "harness/inject/file_flips.h"

namespace atome::harness {

// "r3.17@5000: silent: generated token 3 is 20, not 111", and in a second line what flipped, and in front of
// what.
std::string TrialText(const Trial& trial);

// One flip of a campaign, with what makes it again.
struct OutcomeRow {
  std::string of;  // model, core, variant, guard
  std::string region, flip, verdict;
  std::string before, after, at;  // of a device
  std::string why;
  std::string command;
};
OutcomeRow RowOf(const Drawn& drawn, std::string of, std::string command);
OutcomeRow RowOf(const FileFlip& flip, std::string_view region, std::string of, std::string command);
// "0x7b.4": bit 4 of the byte there.
std::string FileFlipText(uint64_t offset, uint8_t bit);

// A row a flip.
std::string OutcomesCsv(const std::vector<OutcomeRow>& rows);
// The first silent ones, and how to see each of them again; empty when there is none.
std::string SilentOnes(const std::vector<OutcomeRow>& rows);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_INJECT_OUTCOMES_H_
