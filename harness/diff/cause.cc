#include "harness/diff/cause.h"

#include <iterator>

#include "harness/base/text.h"

namespace atome::harness::report {

std::string_view CauseKindName(CauseKind kind) {
  static constexpr std::string_view kNames[] = {"bits", "crash", "missing",    "check", "cycles", "flash",
                                                "ram",  "fit",   "perplexity", "wall",  "budget", "other"};
  static_assert(std::size(kNames) == static_cast<size_t>(CauseKind::kOther) + 1);
  return kNames[static_cast<size_t>(kind)];
}

std::string Cause::Text() const { return StrCat(where, ": ", what); }

}  // namespace atome::harness::report
