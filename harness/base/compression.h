// XZ compression of files that go into the repository. Only this adapter uses liblzma.
#ifndef ATOME_HARNESS_BASE_COMPRESSION_H_
#define ATOME_HARNESS_BASE_COMPRESSION_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace atome::harness {

// One .xz stream with a CRC of its content. One version of liblzma always gives the same bytes.
Result<std::string> Compressed(std::string_view bytes);

// The content of an .xz file: at most `max_bytes`, read in at most 128 MiB of memory. A small file that
// expands to a huge one is refused. The error says what is wrong but does not name the file.
Result<std::string> Decompressed(std::string_view xz, size_t max_bytes);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_COMPRESSION_H_
