// Writing a file so that a failure leaves what was there.
#ifndef ATOME_HARNESS_BASE_REPLACE_FILE_H_
#define ATOME_HARNESS_BASE_REPLACE_FILE_H_

#include <string>
#include <string_view>

namespace atome::harness {

// Writes a new file beside `path`, then moves it there: `path` holds all of `bytes`, or what it held before.
// Empty on success, else why not, with the path.
std::string ReplaceFile(const std::string& path, std::string_view bytes);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_REPLACE_FILE_H_
