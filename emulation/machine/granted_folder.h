// A folder of the host whose files a program may use.
#ifndef ATOME_EMULATION_MACHINE_GRANTED_FOLDER_H_
#define ATOME_EMULATION_MACHINE_GRANTED_FOLDER_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "emulation/base/subprocess.h"

namespace atome::emulation {

struct FileGrant {
  std::string folder;
  bool writable = false;
};

// By name: the new contents, or nothing for a file that was removed.
using FileChanges = std::map<std::string, std::optional<std::string>>;

// Names are of the program's making: relative, without "..", and no part of one is a symbolic link. Only
// regular files are reached. errno as Linux numbers it.
class GrantedFolder {
 public:
  // Nothing, and why, when it cannot be opened.
  static std::optional<GrantedFolder> Open(const FileGrant& grant, std::string& why);

  bool writable() const { return writable_; }

  // "a//./b" becomes "a/b". Returns 0 or errno: EACCES for a name that leads elsewhere.
  static int Normalise(std::string_view name, std::string& result);

  // All of these take normalised names.
  // Returns 0 or errno: EFBIG for more than `limit` bytes.
  int Read(const std::string& name, size_t limit, std::string& contents) const;
  // 0 when a file of that name may be written: its folder is there and holds nothing else of that name.
  int WhyNotMade(const std::string& name) const;
  // Makes the files so. A file is replaced as a whole. Returns what went wrong first, with the file; else
  // nothing.
  std::string Apply(const FileChanges& changes) const;

 private:
  // The folder of the file `name`, and the last part of the name; invalid: errno says why.
  FileDescriptor FolderOf(const std::string& name, std::string& last) const;
  int Replace(const std::string& name, const std::string& contents) const;
  int Remove(const std::string& name) const;

  FileDescriptor folder_;
  std::string path_;
  bool writable_ = false;
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_MACHINE_GRANTED_FOLDER_H_
