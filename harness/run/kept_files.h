// Files kept by what they were made from, in a folder that processes share.
#ifndef ATOME_HARNESS_RUN_KEPT_FILES_H_
#define ATOME_HARNESS_RUN_KEPT_FILES_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace atome::harness {

// A folder that cannot be written keeps nothing, which costs time alone. Thread-safe.
class KeptFiles {
 public:
  // Of more than `most_bytes` in all, those that nobody asked for the longest go.
  KeptFiles(std::filesystem::path folder, uint64_t most_bytes)
      : folder_(std::move(folder)), most_bytes_(most_bytes) {}

  // The bytes that were kept under the key, a file name.
  std::optional<std::string> Find(const std::string& key) const;
  void Keep(const std::string& key, std::string_view bytes) const;

 private:
  std::filesystem::path folder_;
  uint64_t most_bytes_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_RUN_KEPT_FILES_H_
