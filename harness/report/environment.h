// Where and with what this process measures.
#ifndef ATOME_HARNESS_REPORT_ENVIRONMENT_H_
#define ATOME_HARNESS_REPORT_ENVIRONMENT_H_

#include <chrono>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "emulation/machine/machine.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// "2024-05-01T09:30:00Z".
std::string DateText(std::chrono::system_clock::time_point time);

// Behind the commit of a tree whose tracked files differ from it.
inline constexpr std::string_view kDirty = "-dirty";

// The commit that this checkout is at, kDirty behind it where tracked files differ; empty where git cannot
// say, as in a folder that it does not trust. Of a folder that is no checkout, as an installed one, the
// commit that was built (harness/base/version.h).
std::string CommitOf(const std::filesystem::path& sources);

// Tools are the compiler and the machines that are there; the commit is $ATOME_COMMIT, else that of the
// sources from which this program was built.
Environment EnvironmentSince(std::chrono::system_clock::time_point began,
                             std::span<const emulation::Machine* const> machines);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_ENVIRONMENT_H_
