// What the table of an A/B means.
#ifndef ATOME_HARNESS_AB_NOTES_H_
#define ATOME_HARNESS_AB_NOTES_H_

#include <string>

#include "harness/ab/experiment.h"

namespace atome::harness::ab {

// Which columns are exact and which are estimates, what the intervals are over, and the text. For people, to
// be put below the table.
std::string Notes(const Experiment& experiment);

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_NOTES_H_
