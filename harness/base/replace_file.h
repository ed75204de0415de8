// Writes a file so that a failure leaves the old content.
#ifndef ATOME_HARNESS_BASE_REPLACE_FILE_H_
#define ATOME_HARNESS_BASE_REPLACE_FILE_H_

#include <string>
#include <string_view>

namespace atome::harness {

// Writes a new file beside `path`, then moves it there, so `path` holds either all of `bytes` or its old
// content. Returns an empty string on success, else the reason, with the path.
std::string ReplaceFile(const std::string& path, std::string_view bytes);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_REPLACE_FILE_H_
