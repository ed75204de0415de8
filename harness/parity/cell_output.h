// Cells of a verification as people and programs read them.
#ifndef ATOME_HARNESS_PARITY_CELL_OUTPUT_H_
#define ATOME_HARNESS_PARITY_CELL_OUTPUT_H_

#include <string>
#include <vector>

#include "harness/parity/cell.h"
#include "harness/base/table.h"

namespace atome::harness {

// In the table a figure that was not measured is "-"; in JSON it is null and `unavailable` says why; in CSV
// it is empty.
std::string FormatCells(const std::vector<Cell>& cells, OutputFormat format);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_PARITY_CELL_OUTPUT_H_
