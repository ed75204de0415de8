#include "harness/base/version.h"

#include "commit.inc"

namespace atome::harness {

std::string_view Version() { return ATOME_VERSION; }
std::string_view Commit() { return kCommit; }
std::string_view Compiler() { return "GCC " __VERSION__; }

}  // namespace atome::harness
