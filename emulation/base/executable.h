// Finds what was installed with the running program, wherever the tree was moved.
#ifndef ATOME_EMULATION_BASE_EXECUTABLE_H_
#define ATOME_EMULATION_BASE_EXECUTABLE_H_

#include <filesystem>
#include <initializer_list>
#include <system_error>

namespace atome::emulation {

// The running executable; empty where /proc does not tell.
inline std::filesystem::path Executable() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error);
}

// Its folder; empty likewise.
inline std::filesystem::path ExecutableFolder() { return Executable().parent_path(); }

// The first of these paths, relative to that folder, that exists; empty when none does.
inline std::filesystem::path BesideExecutable(std::initializer_list<const char*> paths) {
  std::error_code error;
  for (const char* path : paths) {
    const std::filesystem::path place = (ExecutableFolder() / path).lexically_normal();
    if (std::filesystem::exists(place, error)) return place;
  }
  return {};
}

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_BASE_EXECUTABLE_H_
