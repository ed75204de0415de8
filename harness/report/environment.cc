#include "harness/report/environment.h"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string_view>

#include "emulation/base/subprocess.h"
#include "harness/base/places.h"
#include "harness/base/text.h"
#include "harness/base/version.h"

namespace atome::harness::report {
namespace {

constexpr std::chrono::seconds kGitLimit{20};

// What follows `key` and a separator on the first line that begins so, without quotes; empty when there is
// none.
std::string ValueIn(const char* path, std::string_view key, std::string_view separators) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    const size_t begin = line.find_first_not_of(separators, key.size());
    if (begin == std::string::npos || begin == key.size()) continue;
    return line.substr(begin, line.find_last_not_of(separators) + 1 - begin);
  }
  return {};
}

std::string Host() {
  std::string system = ValueIn("/etc/os-release", "PRETTY_NAME", "=\"");
  if (system.empty()) system = "unknown system";
  std::string processor = ValueIn("/proc/cpuinfo", "model name", " \t:");
  if (processor.empty()) processor = "unknown processor";
  return StrCat(system, ", ", processor);
}

}  // namespace

std::string DateText(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string CommitOf(const std::filesystem::path& sources) {
  std::error_code ignored;
  if (!std::filesystem::exists(sources / ".git", ignored)) return std::string(Commit());
  constexpr std::string_view kHead = "# branch.oid ";
  std::string commit;
  bool changed = false;
  // An answer that is not needed to the last byte: the lines that say what differs may be many.
  const emulation::SubprocessResult ended = emulation::RunSubprocess(
      {.arguments = {"/usr/bin/env", "GIT_OPTIONAL_LOCKS=0", "git", "-C", sources.string(), "status",
                     "--branch", "--porcelain=v2", "--untracked-files=no"},
       .trusted = true,
       .deadline = std::chrono::steady_clock::now() + kGitLimit,
       .on_line = [&](std::string_view line) {
         if (line.starts_with(kHead)) commit = line.substr(kHead.size());
         if (!line.empty() && line.front() != '#') changed = true;
       }});
  const bool is_hash = !commit.empty() && commit.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!ended.error.empty() || ended.end != emulation::SubprocessResult::End::kExited || ended.code != 0 ||
      !is_hash)
    return "";
  return changed ? commit + std::string(kDirty) : commit;
}

Environment EnvironmentSince(std::chrono::system_clock::time_point began,
                             std::span<const emulation::Machine* const> machines) {
  Environment environment;
  environment.harness_version = Version();
  environment.tools["compiler"] = Compiler();
  for (const emulation::Machine* machine : machines) {
    const std::string version = machine->Version();
    if (!version.empty()) environment.tools[std::string(machine->name())] = version;
  }
  const char* commit = std::getenv("ATOME_COMMIT");
  environment.commit = commit != nullptr && *commit != '\0' ? commit : CommitOf(DataFolder());
  environment.host = Host();
  environment.date = DateText(began);
  return environment;
}

}  // namespace atome::harness::report
