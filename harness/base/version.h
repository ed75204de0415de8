// The version of this program.
#ifndef ATOME_HARNESS_BASE_VERSION_H_
#define ATOME_HARNESS_BASE_VERSION_H_

#include <string_view>

namespace atome::harness {

// "0.1.0".
std::string_view Version();
// The commit of the sources, with "-dirty" added when files differed; empty when they were not in git.
std::string_view Commit();
// "GCC 12.2.0".
std::string_view Compiler();

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_VERSION_H_
