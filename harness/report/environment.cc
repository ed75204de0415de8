#include "harness/report/environment.h"

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string_view>

#include "harness/base/text.h"
#include "harness/base/version.h"

namespace atome::harness::report {
namespace {

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

Environment EnvironmentSince(std::chrono::system_clock::time_point began,
                             std::span<const emulation::Machine* const> machines) {
  Environment environment;
  environment.harness_version = Version();
  environment.tools["compiler"] = Compiler();
  for (const emulation::Machine* machine : machines) {
    const std::string version = machine->Version();
    if (!version.empty()) environment.tools[std::string(machine->name())] = version;
  }
  if (const char* commit = std::getenv("ATOME_COMMIT")) environment.commit = commit;
  environment.host = Host();
  environment.date = DateText(began);
  return environment;
}

}  // namespace atome::harness::report
