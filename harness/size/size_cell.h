// The figures of a size cell.
#ifndef ATOME_HARNESS_SIZE_SIZE_CELL_H_
#define ATOME_HARNESS_SIZE_SIZE_CELL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "harness/report/report.h"
#include "harness/size/board_fit.h"
#include "harness/size/footprint.h"

namespace atome::harness {

// The RAM of one engine at work.
struct RamUse {
  // Behind the firmware's variables; of firmware that the user gave among them, and absent where it does not
  // say.
  std::optional<uint64_t> state_bytes;
  std::optional<uint64_t> stack_bytes;   // the most that a short generation took; absent when none could run
  std::optional<uint64_t> logits_bytes;  // absent of firmware that the user gave
};

// What is known of a firmware with its model; absent where it could not be determined.
struct Sizes {
  std::optional<Footprint> footprint;
  std::optional<RamUse> ram;
  std::optional<uint64_t> flash_bytes_needed, ram_bytes_needed;  // of a chip, as a BoardFit has them
  std::vector<BoardFit> boards;
};

// Adds what is known, all exact, and says of the rest that it is absent because of the cell's message.
// Sections and symbols of one name are added up; the `symbols` largest ones have their section too.
void AddSizes(const Sizes& sizes, size_t symbols, report::Cell* cell);

// What is known of one board, as parts of the cell.
void AddBoard(const BoardFit& fit, report::Cell* cell);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_SIZE_SIZE_CELL_H_
