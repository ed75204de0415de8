// The run of any firmware as a cell of a report.
#ifndef ATOME_HARNESS_RUN_FIRMWARE_CELL_H_
#define ATOME_HARNESS_RUN_FIRMWARE_CELL_H_

#include <string_view>

#include "emulation/machine/machine.h"
#include "harness/report/report.h"

namespace atome::harness {

// What `machine` measured of a request. The key has the firmware's file name and `options`, those that change
// a figure, as its detail. The cell passes when the firmware's exit code is 0.
report::Cell CellOfRun(const emulation::Machine& machine, const emulation::RunRequest& request,
                       const emulation::RunResult& result, std::string_view options);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_FIRMWARE_CELL_H_
