// What UpdateState needs beside the state.
#ifndef ATOME_ENGINE_F32_KERNELS_STATE_STEP_H_
#define ATOME_ENGINE_F32_KERNELS_STATE_STEP_H_

#include <stdint.h>

namespace atome::kernel {

struct StateStep {
  const int32_t *decay, *gain, *q;  // [d]
  int32_t s_up, q_up;               // shifts before the products, 0 to 31
  int32_t s_drop, q_drop;           // after them, 0 to 31
};

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_STATE_STEP_H_
