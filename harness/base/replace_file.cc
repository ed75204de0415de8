#include "harness/base/replace_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

bool WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

std::string ReplaceFile(const std::string& path, std::string_view bytes) {
  const std::string beside = StrCat(path, ".", getpid(), ".new");
  const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return StrCat(path, ": cannot write: ", std::strerror(errno));
  const bool written = WriteAll(file, bytes) && fsync(file) == 0;
  int reason = errno;
  const bool closed = close(file) == 0;
  if (written && !closed) reason = errno;
  if (written && closed) {
    if (std::rename(beside.c_str(), path.c_str()) == 0) return "";
    reason = errno;
  }
  unlink(beside.c_str());
  return StrCat(path, ": cannot write: ", std::strerror(reason));
}

}  // namespace atome::harness
