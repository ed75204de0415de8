// The cells of two reports, found by what they are of.
#ifndef ATOME_HARNESS_DIFF_CELL_INDEX_H_
#define ATOME_HARNESS_DIFF_CELL_INDEX_H_

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "harness/diff/growth.h"
#include "harness/report/report.h"

namespace atome::harness::report {

class CellIndex {
 public:
  // Both reports must outlive it.
  CellIndex(const Report& before, const Report& after);

  // Sorted by key; one of a pair may be nullptr.
  const std::vector<CellPair>& pairs() const { return pairs_; }
  // Both nullptr where no report has it.
  CellPair Find(const Key& key) const;
  // What tokens cost by op in the same firmware on a core alone, in both reports; nullptr: nobody says.
  const CellPair* ByOp(const Key& key) const;

 private:
  using Firmware = std::tuple<std::string, std::string, std::string, std::string>;
  static Firmware FirmwareOf(const Key& key) { return {key.core, key.model, key.variant, key.build_kind}; }

  std::vector<CellPair> pairs_;
  std::map<Firmware, CellPair> by_op_;
};

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_DIFF_CELL_INDEX_H_
