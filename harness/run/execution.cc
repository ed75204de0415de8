#include "harness/run/execution.h"

namespace atome::harness {

std::string Execution::Place() const {
  if (cases.empty() || cases.back().steps.empty()) return "";
  return ", case " + std::to_string(cases.size() - 1) + ", step " +
         std::to_string(cases.back().steps.size() - 1);
}

}  // namespace atome::harness
