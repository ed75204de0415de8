// Reads whole files; hashes bytes.
#ifndef ATOME_HARNESS_BASE_FILE_H_
#define ATOME_HARNESS_BASE_FILE_H_

#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace atome::harness {

// The whole file, at most 1 GiB. Missing when it cannot be opened, bad when it cannot be read; the error
// names the path.
Result<std::string> ReadFile(const std::string& path);

std::string Sha256Hex(std::string_view bytes);

// Lower-case hexadecimal, two digits a byte.
std::string Hex(std::string_view bytes);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_FILE_H_
