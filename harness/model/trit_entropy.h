// The information content of ternary weights.
#ifndef ATOME_HARNESS_MODEL_TRIT_ENTROPY_H_
#define ATOME_HARNESS_MODEL_TRIT_ENTROPY_H_

#include <array>
#include <cstdint>
#include <optional>

#include "harness/model/model.h"

namespace atome::harness {

// The bits that trits take of which so many are -1, 0 and +1.
double EntropyBits(const std::array<uint64_t, 3>& counts);

// Entropy of the ternary weights in bits a weight, from how often each tensor has -1, 0 and +1. No code that
// takes the weights one by one is shorter. Nothing for a model without ternary weights. The file must be one
// that atome_open takes.
std::optional<double> TritEntropyBits(const Model& model);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_MODEL_TRIT_ENTROPY_H_
