// A sum of a ternary product.
#ifndef ATOME_ENGINE_MATHS_SUM_H_
#define ATOME_ENGINE_MATHS_SUM_H_

#include <stdint.h>

namespace atome::kernel {

// An int32 that may stand where another type does: logits begin as sums.
using Sum [[gnu::may_alias]] = int32_t;

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_MATHS_SUM_H_
