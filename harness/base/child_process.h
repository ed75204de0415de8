// Another program, its output line by line.
#ifndef ATOME_HARNESS_BASE_CHILD_PROCESS_H_
#define ATOME_HARNESS_BASE_CHILD_PROCESS_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace atome::harness {

// Runs `words` in `folder` and waits for its end. Gives `line` what it writes on standard output and error,
// without line ends. The child dies with this process, even when this is killed. Returns its exit code, 128 +
// the signal's number when one ended it; an error when it could not be started.
Result<int> RunChild(const std::vector<std::string>& words, const std::string& folder,
                     const std::function<void(std::string_view line)>& line);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_CHILD_PROCESS_H_
