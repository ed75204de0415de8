#include "emulation/base/whole_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <set>

#include "emulation/base/subprocess.h"

namespace atome::emulation {
namespace {

constexpr std::string_view kMark = ".atome-new-";
constexpr size_t kDigits = 16;
constexpr int kAttempts = 4;

struct Beside {
  std::string name;
  FileDescriptor file;
};

bool IsOurs(std::string_view name) {
  if (!name.starts_with(kMark)) return false;
  name.remove_prefix(kMark.size());
  return name.size() == kDigits && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Where locks are not supported nothing is locked, and nothing is cleared.
bool Lock(int file, int how) {
  while (flock(file, how) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

// Of a writer that is dead: nobody holds its lock.
void ClearIfLeft(int folder, const char* name) {
  const FileDescriptor file(openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat found {};
  if (file.valid() && fstat(file.get(), &found) == 0 && S_ISREG(found.st_mode) &&
      Lock(file.get(), LOCK_EX | LOCK_NB))
    unlinkat(folder, name, 0);
}

// The first write of this process to the folder; its time of birth, where that is known, tells it from one
// that is gone and whose number it has.
bool IsFirst(int folder) {
  static std::mutex mutex;
  static std::set<std::array<uint64_t, 5>> seen;
  struct statx facts {};
  if (statx(folder, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &facts) != 0) return false;
  const std::lock_guard lock(mutex);
  return seen
      .insert({facts.stx_dev_major, facts.stx_dev_minor, facts.stx_ino,
               static_cast<uint64_t>(facts.stx_btime.tv_sec), facts.stx_btime.tv_nsec})
      .second;
}

void ClearLeftOvers(int folder) {
  if (!IsFirst(folder)) return;
  const int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(fdopendir(copy), &closedir);
  if (entries == nullptr) {
    close(copy);
    return;
  }
  while (const dirent* entry = readdir(entries.get())) {
    if (IsOurs(entry->d_name)) ClearIfLeft(folder, entry->d_name);
  }
}

std::string RandomName() {
  uint64_t number = 0;
  (void)!getrandom(&number, sizeof number, 0);  // a name that is taken is tried again
  char digits[kDigits + 1];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return std::string(kMark) + digits;
}

// A new file, locked; 0 or errno.
int Make(int folder, Beside& beside) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    beside.name = RandomName();
    constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    beside.file = FileDescriptor(openat(folder, beside.name.c_str(), kNew, 0666));
    if (!beside.file.valid() && errno != EEXIST) return errno;
    if (!beside.file.valid()) continue;
    Lock(beside.file.get(), LOCK_EX);
    struct stat made {};
    if (fstat(beside.file.get(), &made) != 0) return errno;
    if (made.st_nlink != 0) return 0;  // else somebody took it for left over before it was locked
  }
  return EEXIST;
}

// To the disk; 0 or errno. EINVAL: a file system that has nothing to wait for.
int Settle(int file) { return fsync(file) == 0 || errno == EINVAL ? 0 : errno; }

// 0 or errno.
int Write(int folder, const std::string& name, std::string_view bytes) {
  Beside beside;
  if (const int error = Make(folder, beside)) return error;
  struct stat before {};
  if (fstatat(folder, name.c_str(), &before, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(before.st_mode))
    (void)!fchmod(beside.file.get(), before.st_mode & 0777);
  int error = WriteAll(beside.file.get(), bytes);
  if (error == 0) error = Settle(beside.file.get());
  // Under its lock, which nobody needs once it has its name.
  if (error == 0 && renameat(folder, beside.name.c_str(), folder, name.c_str()) != 0) error = errno;
  if (error != 0) unlinkat(folder, beside.name.c_str(), 0);
  return error;
}

}  // namespace

int WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : EIO;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

int WriteWholeFile(int folder, const std::string& name, std::string_view bytes) {
  ClearLeftOvers(folder);
  int error = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    error = Write(folder, name, bytes);
    // Over a network another machine, which does not see the lock, may have cleared it away.
    if (error != ESTALE && error != ENOENT) break;
  }
  return error;
}

}  // namespace atome::emulation
