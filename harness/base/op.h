// Names of the engine's ops, for people and files.
#ifndef ATOME_HARNESS_BASE_OP_H_
#define ATOME_HARNESS_BASE_OP_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/atome.h"

namespace atome::harness {

// The layer of an intermediate that belongs to no layer.
inline constexpr int kNoLayer = -1;

// "block out" for ATOME_OP_BLOCK_OUT; "op 17" for an unknown one.
std::string OpName(atome_op op);
// The op with this OpName; "op 17" works too.
std::optional<atome_op> FindOp(std::string_view name);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_OP_H_
