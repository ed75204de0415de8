// The first value of a run that is not what its golden trace says.
#ifndef ATOME_HARNESS_REPORT_DIVERGENCE_H_
#define ATOME_HARNESS_REPORT_DIVERGENCE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/op.h"

namespace atome::harness {

// Steps in units in the last place from a to b: 0 only for equal bits, so +0 and -0 are 1 apart. Meaningless
// but harmless for NaN.
uint32_t UlpDistance(float a, float b);

struct Divergence {
  size_t case_index = 0;
  size_t step = 0;
  atome_op op = ATOME_OP_LOGITS;
  int layer = kNoLayer;
  // Of the first value that differs; absent when the trace keeps only the hash of this tap, see `note`.
  std::optional<size_t> index;
  float expected = 0;
  float actual = 0;
  std::string note;

  // "case 0, step 3, layer 1, sparse, index 5: expected 1.5 (0x3fc00000), actual 1.25 (0x3fa00000), 2097152
  // ULP"
  std::string Describe() const;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_REPORT_DIVERGENCE_H_
