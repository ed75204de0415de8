// What explains that figures of a cell grew or shrank.
#ifndef ATOME_HARNESS_CAUSES_BEHIND_H_
#define ATOME_HARNESS_CAUSES_BEHIND_H_

#include <string>
#include <vector>

#include "harness/causes/cover.h"
#include "harness/causes/unit.h"
#include "harness/diff/growth.h"

namespace atome::harness::report {

struct Behind {
  std::vector<Growth> growths{};  // ops, symbols (else sections) or summands; the largest first
  std::string other_firmware{};   // what is behind it, whatever grew: it was compared with another kind
  bool all_alike = false;         // all ops by about the same share: not one of them is behind it

  // What each reason of it is called; that of all ops is kEveryOp.
  std::vector<Reason> Reasons() const;
  // The growth of that name; nullptr: there is none.
  const Growth* Find(const std::string& name) const;
};

inline constexpr char kEveryOp[] = "every op";

// Of a unit of kind cycles, flash or ram; of others nothing is behind.
Behind BehindOf(const Unit& unit, const CellIndex& cells);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_BEHIND_H_
