// A file for readers that want a path.
#ifndef ATOME_HARNESS_FUZZ_SCRATCH_FILE_H_
#define ATOME_HARNESS_FUZZ_SCRATCH_FILE_H_

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "emulation/base/temporary_folder.h"
#include "emulation/fuzz/input.h"

namespace atome::fuzz {

class ScratchFile {
 public:
  explicit ScratchFile(const std::string& name) : path_((folder_.path() / name).string()) {}

  // The path, once the file is these bytes.
  const std::string& With(std::string_view bytes) {
    const int file = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const ssize_t written = write(file, bytes.data(), bytes.size());
    close(file);
    Require(written == static_cast<ssize_t>(bytes.size()), "the temporary folder takes a file");
    return path_;
  }

 private:
  emulation::TemporaryFolder folder_;
  std::string path_;
};

// What every reader promises of a refusal: one line that names the file.
inline void RequireRefusal(std::string_view message, std::string_view path) {
  Require(IsOneLine(message), "a refusal is one line");
  Require(message.find(path) != std::string_view::npos, "a refusal names the file");
}

}  // namespace atome::fuzz

#endif  // ATOME_HARNESS_FUZZ_SCRATCH_FILE_H_
