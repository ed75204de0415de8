// The files of a granted folder as one run sees them. What it changes stays here, so that a run can be
// repeated from its start; TakeChanges tells what the host's files have to become.
#ifndef ATOME_EMULATION_SEMIHOSTING_GUEST_FILES_H_
#define ATOME_EMULATION_SEMIHOSTING_GUEST_FILES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "emulation/machine/granted_folder.h"

namespace atome::emulation {

class GuestFiles {
 public:
  struct File {
    std::string contents;
    bool changed = false;
  };
  // An open file; `file` is empty for none.
  struct Handle {
    std::shared_ptr<File> file;
    uint32_t position = 0;
    bool reads = false;
    bool writes = false;
    bool appends = false;
  };

  // `folder` must outlive this; nullptr: there are no files, and every call is EPERM.
  explicit GuestFiles(const GrantedFolder* folder) : folder_(folder) {}

  // Each returns 0 or errno, as Linux numbers it. `mode` is fopen's of semihosting: 0 to 11.
  uint32_t Open(std::string_view name, uint32_t mode, Handle& handle);
  uint32_t Remove(std::string_view name);
  uint32_t Rename(std::string_view from, std::string_view to);
  // A name for a file that the program may make, one for each `id`.
  uint32_t TemporaryName(uint32_t id, std::string& name) const;
  // At the handle's position, or at the end. All or nothing: ENOSPC beyond kFileLimitBytes of a run.
  uint32_t Write(Handle& handle, std::string_view bytes);
  static std::string_view Read(Handle& handle, uint32_t bytes);

  uint64_t bytes() const { return bytes_; }  // of the host's memory
  FileChanges TakeChanges();

 private:
  // Finds the file, reads it from the host when it was not known. ENOENT when there is none.
  uint32_t Find(const std::string& name, std::shared_ptr<File>& file);
  uint32_t Name(std::string_view name, bool changes, std::string& normalised) const;

  const GrantedFolder* folder_;
  std::map<std::string, std::shared_ptr<File>> files_;  // used ones; nullptr: removed
  uint64_t bytes_ = 0;                                  // of all that were read or written
};

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_SEMIHOSTING_GUEST_FILES_H_
