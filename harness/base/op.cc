#include "harness/base/op.h"

#include <array>
#include <string_view>

namespace atome::harness {

std::string OpName(atome_op op) {
  static constexpr std::array<std::string_view, 14> kNames{
      "",       "embed",     "norm",       "router", "router entropy", "local",     "state",
      "sparse", "block out", "final norm", "logits", "attention",      "feed norm", "feed forward"};
  if (op < 1 || op >= static_cast<int>(kNames.size())) return "op " + std::to_string(op);
  return std::string(kNames[op]);
}

std::optional<atome_op> FindOp(std::string_view name) {
  constexpr int kLast = 15;  // the largest that an atome_op can hold
  for (int op = 1; op <= kLast; ++op) {
    if (OpName(static_cast<atome_op>(op)) == name) return static_cast<atome_op>(op);
  }
  return std::nullopt;
}

}  // namespace atome::harness
