// The look-up tables that stand for groups of columns of a ternary matrix (engine/files/atome03.md).
#ifndef ATOME_ENGINE_F32_KERNELS_TABLES_H_
#define ATOME_ENGINE_F32_KERNELS_TABLES_H_

#include <stdint.h>

#include "engine/maths/sum.h"

namespace atome::kernel {

inline constexpr uint32_t kGroup = 5;       // columns a byte
inline constexpr uint32_t kTable = 243;     // entries of a group's table
inline constexpr uint32_t kMostGroups = 7;  // that AddProducts takes at a time

}  // namespace atome::kernel

#endif  // ATOME_ENGINE_F32_KERNELS_TABLES_H_
