// Size measurements as people and programs read them.
#ifndef ATOME_HARNESS_SIZE_SIZE_OUTPUT_H_
#define ATOME_HARNESS_SIZE_SIZE_OUTPUT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/size/size.h"
#include "harness/base/table.h"

namespace atome::harness {

// Absent ones have no value.
struct SizeFigure {
  const char* name;
  std::optional<uint64_t> bytes;
};

// A cell's figures by name, the same for every cell: what JSON, CSV and reports hold.
std::vector<SizeFigure> FiguresOf(const SizeCell& cell);

// The tables show the `symbols` largest symbols of each cell, JSON as many. CSV has a row per cell and board,
// one without a board where a core has none. A figure that could not be determined is "-" in the tables, null
// in JSON and empty in CSV.
std::string FormatSizes(const std::vector<SizeCell>& cells, OutputFormat format, size_t symbols);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_SIZE_OUTPUT_H_
