// XZ compression of files that go into the repository. The only place that knows liblzma.
#ifndef ATOME_HARNESS_BASE_COMPRESSION_H_
#define ATOME_HARNESS_BASE_COMPRESSION_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace atome::harness {

// One .xz stream, with a CRC of its content. The same bytes from the same version of liblzma.
Result<std::string> Compressed(std::string_view bytes);

// What an .xz file holds, `max_bytes` of it at most and in 128 MiB of memory at most, so that a small file
// that stands for a huge one is refused. The error says what is wrong with it, without a file's name.
Result<std::string> Decompressed(std::string_view xz, size_t max_bytes);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_COMPRESSION_H_
