#include "emulation/machine/granted_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "emulation/base/whole_file.h"

namespace atome::emulation {
namespace {

constexpr size_t kLongestName = 1024;
constexpr int kFolder = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// What lies there, without opening it: opening a FIFO or a device does something.
int Look(int folder, const std::string& last, struct stat& found) {
  return fstatat(folder, last.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
}

int WhyNotRegular(const struct stat& found) {
  if (S_ISREG(found.st_mode)) return 0;
  if (S_ISDIR(found.st_mode)) return EISDIR;
  return S_ISLNK(found.st_mode) ? ELOOP : EACCES;
}

}  // namespace

std::optional<GrantedFolder> GrantedFolder::Open(const FileGrant& grant, std::string& why) {
  GrantedFolder result;
  result.folder_ = FileDescriptor(open(grant.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  result.path_ = grant.folder;
  result.writable_ = grant.writable;
  const bool usable = result.folder_.valid() &&
                      (!grant.writable || faccessat(result.folder_.get(), ".", W_OK | X_OK, 0) == 0);
  if (usable) return result;
  why = "the folder " + grant.folder + " cannot be " + (result.folder_.valid() ? "written: " : "opened: ") +
        std::strerror(errno);
  return std::nullopt;
}

int GrantedFolder::Normalise(std::string_view name, std::string& result) {
  if (name.empty()) return ENOENT;
  if (name.size() > kLongestName) return ENAMETOOLONG;
  if (name.front() == '/') return EACCES;
  if (name.back() == '/') return EISDIR;
  result.clear();
  while (!name.empty()) {
    const size_t end = std::min(name.find('/'), name.size());
    const std::string_view part = name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
    if (part == "..") return EACCES;
    if (part.empty() || part == ".") continue;
    if (!result.empty()) result += '/';
    result += part;
  }
  return result.empty() ? EISDIR : 0;
}

// One part after the other, so that none is a link: RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS of openat2, which
// not every kernel has.
FileDescriptor GrantedFolder::FolderOf(const std::string& name, std::string& last) const {
  FileDescriptor folder(openat(folder_.get(), ".", kFolder));
  size_t begin = 0;
  for (size_t end; folder.valid() && (end = name.find('/', begin)) != std::string::npos; begin = end + 1)
    folder = FileDescriptor(openat(folder.get(), name.substr(begin, end - begin).c_str(), kFolder));
  last = name.substr(begin);
  return folder;
}

int GrantedFolder::Read(const std::string& name, size_t limit, std::string& contents) const {
  std::string last;
  const FileDescriptor folder = FolderOf(name, last);
  if (!folder.valid()) return errno;
  struct stat found {};
  if (const int error = Look(folder.get(), last, found)) return error;
  if (const int error = WhyNotRegular(found)) return error;
  const FileDescriptor file(
      openat(folder.get(), last.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.valid()) return errno;
  if (fstat(file.get(), &found) != 0) return errno;
  if (const int error = WhyNotRegular(found)) return error;  // it was exchanged
  std::array<char, 64 << 10> buffer;
  for (;;) {
    const ssize_t count = read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return 0;
    if (static_cast<size_t>(count) > limit - contents.size()) return EFBIG;
    contents.append(buffer.data(), static_cast<size_t>(count));
  }
}

int GrantedFolder::WhyNotMade(const std::string& name) const {
  std::string last;
  const FileDescriptor folder = FolderOf(name, last);
  if (!folder.valid()) return errno;
  struct stat found {};
  const int error = Look(folder.get(), last, found);
  if (error == ENOENT) return faccessat(folder.get(), ".", W_OK | X_OK, 0) == 0 ? 0 : errno;
  if (error != 0) return error;
  if (const int other = WhyNotRegular(found)) return other;
  return faccessat(folder.get(), last.c_str(), W_OK, 0) == 0 ? 0 : errno;
}

// By a new file that takes the old one's place, so that other names of the old one keep their contents.
int GrantedFolder::Replace(const std::string& name, const std::string& contents) const {
  std::string last;
  const FileDescriptor folder = FolderOf(name, last);
  if (!folder.valid()) return errno;
  struct stat found {};
  if (Look(folder.get(), last, found) == 0) {
    if (const int error = WhyNotRegular(found)) return error;
  }
  return WriteWholeFile(folder.get(), last, contents);
}

int GrantedFolder::Remove(const std::string& name) const {
  std::string last;
  const FileDescriptor folder = FolderOf(name, last);
  if (!folder.valid()) return errno;
  return unlinkat(folder.get(), last.c_str(), 0) == 0 || errno == ENOENT ? 0 : errno;
}

std::string GrantedFolder::Apply(const FileChanges& changes) const {
  for (const auto& [name, contents] : changes) {
    const int error = contents ? Replace(name, *contents) : Remove(name);
    if (error != 0)
      return "cannot " + std::string(contents ? "write " : "remove ") + path_ + "/" + name + ": " +
             std::strerror(error);
  }
  return {};
}

}  // namespace atome::emulation
