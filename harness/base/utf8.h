// Text that may go into UTF-8 files.
#ifndef ATOME_HARNESS_BASE_UTF8_H_
#define ATOME_HARNESS_BASE_UTF8_H_

#include <string>

namespace atome::harness {

// Replaces each byte that is not UTF-8 by U+FFFD.
std::string Utf8(const std::string& text);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_UTF8_H_
