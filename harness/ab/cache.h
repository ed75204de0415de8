// Measurements kept by what they depend on, so that a run goes on where an earlier one was killed.
#ifndef ATOME_HARNESS_AB_CACHE_H_
#define ATOME_HARNESS_AB_CACHE_H_

#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace atome::harness::ab {

using Json = nlohmann::ordered_json;

// A file a measurement, named by the SHA-256 of its key; it holds the key too. Files that are damaged count
// as not there. Thread-safe; several processes may share a folder.
class Cache {
 public:
  // `fresh`: answers nothing, so that everything is measured and kept anew.
  Cache(std::string folder, bool fresh) : folder_(std::move(folder)), fresh_(fresh) {}

  std::optional<Json> Find(const Json& key) const;
  // Empty on success, else why not; the measurement is good all the same.
  std::string Keep(const Json& key, const Json& value);

  const std::string& folder() const { return folder_; }

 private:
  std::string PathOf(const Json& key) const;

  std::string folder_;
  bool fresh_;
  std::mutex writing_;
};

}  // namespace atome::harness::ab

#endif  // ATOME_HARNESS_AB_CACHE_H_
