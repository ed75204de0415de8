#include "harness/run/kept_files.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "harness/base/file.h"
#include "harness/base/replace_file.h"

namespace atome::harness {
namespace {

namespace fs = std::filesystem;

// Another process may do the same at the same time, so every file may be gone at any moment.
void RemoveOldest(const fs::path& folder, uint64_t most_bytes) {
  struct File {
    fs::file_time_type used;
    fs::path path;
    uint64_t bytes;
  };
  std::vector<File> files;
  uint64_t total = 0;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    const uint64_t bytes = entry->file_size(gone);
    const fs::file_time_type used = gone ? fs::file_time_type{} : entry->last_write_time(gone);
    if (gone) continue;
    files.push_back({used, entry->path(), bytes});
    total += bytes;
  }
  std::ranges::sort(files, {}, [](const File& file) { return std::pair(file.used, file.path); });
  for (const File& file : files) {
    if (total <= most_bytes) break;
    std::error_code gone;
    fs::remove(file.path, gone);
    total -= file.bytes;
  }
}

}  // namespace

std::optional<std::string> KeptFiles::Find(const std::string& key) const {
  const fs::path path = folder_ / key;
  Result<std::string> bytes = ReadFile(path.string());
  if (!bytes.ok()) return std::nullopt;
  std::error_code read_only;
  fs::last_write_time(path, fs::file_time_type::clock::now(), read_only);
  return *std::move(bytes);
}

void KeptFiles::Keep(const std::string& key, std::string_view bytes) const {
  std::error_code ignored;  // then it is not kept
  fs::create_directories(folder_, ignored);
  if (ReplaceFile((folder_ / key).string(), bytes).empty()) RemoveOldest(folder_, most_bytes_);
}

}  // namespace atome::harness
