#include "emulation/semihosting/guest_files.h"

#include <algorithm>
#include <cerrno>

#include "emulation/base/hex.h"
#include "emulation/machine/limits.h"

namespace atome::emulation {

uint32_t GuestFiles::Name(std::string_view name, bool changes, std::string& normalised) const {
  if (folder_ == nullptr) return EPERM;
  if (const int error = GrantedFolder::Normalise(name, normalised)) return static_cast<uint32_t>(error);
  return changes && !folder_->writable() ? EROFS : 0;
}

uint32_t GuestFiles::Find(const std::string& name, std::shared_ptr<File>& file) {
  if (const auto found = files_.find(name); found != files_.end()) {
    file = found->second;
    return file != nullptr ? 0 : ENOENT;
  }
  if (files_.size() == kMaxFiles) return ENOSPC;
  auto read = std::make_shared<File>();
  if (const int error = folder_->Read(name, kFileLimitBytes - bytes_, read->contents))
    return static_cast<uint32_t>(error);
  bytes_ += read->contents.size();
  file = files_[name] = std::move(read);
  return 0;
}

uint32_t GuestFiles::Open(std::string_view name, uint32_t mode, Handle& handle) {
  const uint32_t verb = mode / 4;  // r, w, a
  const bool update = (mode & 2) != 0;
  const bool writes = verb != 0 || update;
  std::string normalised;
  if (const uint32_t error = Name(name, writes, normalised)) return error;
  std::shared_ptr<File> file;
  uint32_t error = Find(normalised, file);
  if (writes && (error == 0 || (error == ENOENT && verb != 0))) {
    if (const int why = folder_->WhyNotMade(normalised)) return static_cast<uint32_t>(why);
  }
  if (error == ENOENT && verb != 0) {
    if (files_.size() == kMaxFiles && !files_.contains(normalised)) return ENOSPC;
    file = files_[normalised] = std::make_shared<File>();
    file->changed = true;
    error = 0;
  }
  if (error != 0) return error;
  if (verb == 1 && !file->contents.empty()) {
    bytes_ -= file->contents.size();
    file->contents.clear();
    file->changed = true;
  }
  handle = {.file = file, .reads = verb == 0 || update, .writes = writes, .appends = verb == 2};
  return 0;
}

uint32_t GuestFiles::Write(Handle& handle, std::string_view bytes) {
  std::string& contents = handle.file->contents;
  if (handle.appends) handle.position = static_cast<uint32_t>(contents.size());
  const uint64_t end = uint64_t{handle.position} + bytes.size();
  if (bytes.empty()) return 0;
  if (end > contents.size()) {
    if (end - contents.size() > kFileLimitBytes - bytes_) return ENOSPC;
    bytes_ += end - contents.size();
    contents.resize(end);
  }
  std::ranges::copy(bytes, contents.begin() + handle.position);
  handle.file->changed = true;
  handle.position = static_cast<uint32_t>(end);
  return 0;
}

std::string_view GuestFiles::Read(Handle& handle, uint32_t bytes) {
  const std::string_view contents = handle.file->contents;
  const std::string_view part = contents.substr(std::min<size_t>(handle.position, contents.size()), bytes);
  handle.position += static_cast<uint32_t>(part.size());
  return part;
}

uint32_t GuestFiles::Remove(std::string_view name) {
  std::string normalised;
  if (const uint32_t error = Name(name, true, normalised)) return error;
  std::shared_ptr<File> file;
  if (const uint32_t error = Find(normalised, file)) return error;
  files_[normalised] = nullptr;
  return 0;
}

uint32_t GuestFiles::Rename(std::string_view from, std::string_view to) {
  std::string old_name, new_name;
  if (const uint32_t error = Name(from, true, old_name)) return error;
  if (const uint32_t error = Name(to, true, new_name)) return error;
  std::shared_ptr<File> file;
  if (const uint32_t error = Find(old_name, file)) return error;
  if (const int error = folder_->WhyNotMade(new_name)) return static_cast<uint32_t>(error);
  if (old_name == new_name) return 0;
  if (files_.size() == kMaxFiles && !files_.contains(new_name)) return ENOSPC;
  files_[old_name] = nullptr;
  files_[new_name] = std::move(file);
  files_[new_name]->changed = true;
  return 0;
}

uint32_t GuestFiles::TemporaryName(uint32_t id, std::string& name) const {
  if (const uint32_t error = Name("tmp", true, name)) return error;
  name = "tmp" + Hex(id & 0xFF, 2).substr(2);
  return 0;
}

FileChanges GuestFiles::TakeChanges() {
  FileChanges changes;
  for (auto& [name, file] : files_) {
    if (file == nullptr)
      changes.emplace(name, std::nullopt);
    else if (file->changed)
      changes.emplace(name, std::move(file->contents));
  }
  files_.clear();
  return changes;
}

}  // namespace atome::emulation
