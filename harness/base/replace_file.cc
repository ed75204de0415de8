#include "harness/base/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <optional>

#include "emulation/base/subprocess.h"
#include "emulation/base/whole_file.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // as Linux follows

std::string Folder(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

std::string Wrong(const std::string& path, int error) {
  const std::string cannot = StrCat(path, ": cannot write: ");
  switch (error) {
    case EISDIR:
      return StrCat(cannot, "it is a folder; name a file in it");
    case ENOENT:
      return StrCat(cannot, std::strerror(error), "; make its folder with mkdir -p ", Folder(path),
                    ", or name another file");
    case ENOTDIR:
    case EACCES:
    case EPERM:
    case EROFS:
      return StrCat(cannot, std::strerror(error), "; name a file in a folder that you may write");
    case ENOSPC:
    case EDQUOT:
      return StrCat(cannot, std::strerror(error), "; make room there, or name a file elsewhere");
    case EFBIG:
      return StrCat(cannot, std::strerror(error), "; raise the limit (ulimit -f), or name a file elsewhere");
    case EBUSY:
      return StrCat(cannot, std::strerror(error), "; it is a mount of its own: name a file in a folder");
    default:
      return StrCat(cannot, std::strerror(error));
  }
}

// This program's output that `path` is another name of, as /dev/stdout is; else nothing.
std::optional<int> OwnOutput(const struct stat& path) {
  for (const int file : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat own {};
    if (fstat(file, &own) == 0 && own.st_dev == path.st_dev && own.st_ino == path.st_ino) return file;
  }
  return std::nullopt;
}

// 0, or errno.
int WriteInto(const std::string& path, const std::optional<int>& own, std::string_view bytes) {
  if (own) {
    std::cout.flush();
    return emulation::WriteAll(*own, bytes);
  }
  const int file = open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
  if (file < 0) return errno;
  const int error = emulation::WriteAll(file, bytes);
  return close(file) != 0 && error == 0 ? errno : error;
}

// Where the symbolic links of the last name lead to, also when nothing is there yet.
std::string Followed(std::string path) {
  for (int links = 0; links < kMostLinks; ++links) {
    std::error_code none;
    const fs::path target = fs::read_symlink(path, none);
    if (none) break;
    path = (fs::path(path).parent_path() / target).string();  // an absolute target replaces the folder
  }
  return path;
}

// 0, or errno.
int Replace(const std::string& path, std::string_view bytes) {
  const emulation::FileDescriptor folder(open(Folder(path).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return errno;
  const std::string name = fs::path(path).filename().string();
  return name.empty() ? EISDIR : emulation::WriteWholeFile(folder.get(), name, bytes);
}

}  // namespace

std::string ReplaceFile(const std::string& path, std::string_view bytes) {
  struct stat status {};
  int error = 0;
  if (stat(path.c_str(), &status) == 0) {
    const std::optional<int> own = OwnOutput(status);
    if (S_ISDIR(status.st_mode)) {
      error = EISDIR;
    } else if (own || !S_ISREG(status.st_mode)) {
      error = WriteInto(path, own, bytes);
    } else {
      error = Replace(Followed(path), bytes);
    }
  } else {
    error = errno == ENOENT ? Replace(Followed(path), bytes) : errno;
  }
  return error == 0 ? "" : Wrong(path, error);
}

std::string WhyNotWritable(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return Wrong(path, EISDIR);
    if (OwnOutput(status)) return "";
    if (!S_ISREG(status.st_mode)) return access(path.c_str(), W_OK) == 0 ? "" : Wrong(path, errno);
  }
  const std::string folder = Folder(Followed(path));
  if (stat(folder.c_str(), &status) != 0) return Wrong(path, errno);
  if (!S_ISDIR(status.st_mode)) return Wrong(path, ENOTDIR);
  if (path.empty() || path.ends_with('/')) return Wrong(path, EISDIR);
  return access(folder.c_str(), W_OK | X_OK) == 0 ? "" : Wrong(path, errno);
}

}  // namespace atome::harness
