// Causes of wrong bits: which cells diverge alike, where first, and who is to blame.
#ifndef ATOME_HARNESS_CAUSES_BITS_CAUSE_H_
#define ATOME_HARNESS_CAUSES_BITS_CAUSE_H_

#include <string>
#include <vector>

#include "harness/causes/cover.h"
#include "harness/causes/unit.h"

namespace atome::harness::report {

// One list a unit; all units are of kind bits and of one severity.
std::vector<std::vector<Reason>> ReasonsOfBits(const std::vector<const Unit*>& units, const CellIndex& cells);

// The unit by which the others are told: that which knows most of where it diverges.
const Unit& HeadOfBits(const std::vector<const Unit*>& group);

// "step 1, layer 0, local[0]; Unicorn = QEMU, so firmware, not emulator".
std::string WhatOfBits(const std::vector<const Unit*>& group, const Unit& head, const CellIndex& cells);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_CAUSES_BITS_CAUSE_H_
