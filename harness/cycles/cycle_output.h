// Cycle measurements as people and programs read them.
#ifndef ATOME_HARNESS_CYCLES_CYCLE_OUTPUT_H_
#define ATOME_HARNESS_CYCLES_CYCLE_OUTPUT_H_

#include <string>
#include <vector>

#include "harness/cycles/cycles.h"
#include "harness/base/table.h"

namespace atome::harness {

// In the tables a figure that was not measured is "-"; in JSON it is null; in CSV, a row an op, it is empty.
std::string FormatCycles(const std::vector<CycleCell>& cells, OutputFormat format);

// "4% mean, 9% worst".
std::string AccuracyText(const CycleAccuracy& accuracy);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_CYCLES_CYCLE_OUTPUT_H_
