// What grew in a cell, or shrank: the parts and summands behind a figure.
#ifndef ATOME_HARNESS_DIFF_GROWTH_H_
#define ATOME_HARNESS_DIFF_GROWTH_H_

#include <span>
#include <string>
#include <vector>

#include "harness/report/report.h"

namespace atome::harness::report {

// One cell in both reports.
struct CellPair {
  const Cell* before = nullptr;
  const Cell* after = nullptr;
};

enum class Direction { kGrew, kShrank };

struct Growth {
  std::string name;  // of a symbol the short one
  double before = 0, after = 0;
  std::vector<std::string> symbols;  // with that short name, in full; of other parts empty

  double by() const { return after - before; }
  bool is_new() const { return before == 0; }
};

// Parts of a kind by a figure of theirs; what one of the cells lacks is 0 there. Symbols of one short name
// are added up: instances of a template for several models are one. The largest difference first, then by
// name.
std::vector<Growth> ChangedParts(const CellPair& cell, PartKind kind, Quantity quantity, Direction direction);

// Figures of the whole cell, those that both cells have, by the names of their quantities.
std::vector<Growth> ChangedSummands(const CellPair& cell, std::span<const Quantity> summands,
                                    Direction direction);

// "another firmware: for the model -> generic"; empty where both cells have the same kind, or one does not
// say.
std::string OtherFirmware(const CellPair& cell);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_GROWTH_H_
