// Writes a file so that a failure leaves the old content.
#ifndef ATOME_HARNESS_BASE_REPLACE_FILE_H_
#define ATOME_HARNESS_BASE_REPLACE_FILE_H_

#include <string>
#include <string_view>

namespace atome::harness {

// Writes a new file beside `path`, then moves it there, so `path` holds either all of `bytes` or its old
// content. Of a symbolic link the file it points to is replaced, and the link stays. What is no plain file (a
// device, a FIFO, a terminal), and this program's own standard output or error by any name, is written into,
// never replaced. Returns an empty string on success, else the reason and the remedy, with the path.
std::string ReplaceFile(const std::string& path, std::string_view bytes);

// Why ReplaceFile could not write there, as it would say it, as far as that shows without writing: no such
// folder, no permission, `path` is a folder. Empty when nothing speaks against it. Leaves no trace.
std::string WhyNotWritable(const std::string& path);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_BASE_REPLACE_FILE_H_
