#include "harness/base/places.h"

#include <cstdlib>
#include <system_error>

#include "emulation/base/executable.h"

namespace atome::harness {
namespace {

namespace fs = std::filesystem;

constexpr char kSources[] = "sources";  // a link that every build has

// The build folder around the program: tests and mutants lie deeper in it than the command. Empty for an
// installed program.
fs::path BuildFolder() {
  std::error_code ignored;
  for (fs::path folder = emulation::ExecutableFolder(); folder.has_relative_path();
       folder = folder.parent_path()) {
    if (fs::is_symlink(folder / kSources, ignored)) return folder;
  }
  return {};
}

// The PREFIX of an installed program.
fs::path Prefix() { return emulation::ExecutableFolder().parent_path(); }

}  // namespace

fs::path DataFolder() {
  if (const char* folder = std::getenv("ATOME_DATA")) return folder;
  const fs::path build = BuildFolder();
  if (build.empty()) return Prefix() / "share/atome";
  std::error_code failed;  // the sources that the link names are gone
  const fs::path sources = fs::canonical(build / kSources, failed);
  return failed ? build / kSources : sources;
}

fs::path GoldenFolder() {
  const char* folder = std::getenv("ATOME_GOLDEN_DIR");
  return folder != nullptr ? fs::path(folder) : DataFolder() / "golden";
}

fs::path PartsFolder() {
  const fs::path build = BuildFolder();
  return build.empty() ? Prefix() / "lib/atome" : build;
}

fs::path WorkFolder() {
  const fs::path build = BuildFolder();
  return build.empty() ? fs::current_path() : build;
}

fs::path CacheFolder() {
  const fs::path build = BuildFolder();
  if (!build.empty()) return build / "cache";
  if (const char* caches = std::getenv("XDG_CACHE_HOME"); caches != nullptr && *caches == '/')
    return fs::path(caches) / "atome";
  const char* home = std::getenv("HOME");
  std::error_code ignored;
  return home != nullptr ? fs::path(home) / ".cache/atome" : fs::temp_directory_path(ignored) / "atome";
}

}  // namespace atome::harness
