// Where and with what this process measures.
#ifndef ATOME_HARNESS_REPORT_ENVIRONMENT_H_
#define ATOME_HARNESS_REPORT_ENVIRONMENT_H_

#include <chrono>
#include <span>
#include <string>

#include "emulation/machine/machine.h"
#include "harness/report/report.h"

namespace atome::harness::report {

// "2024-05-01T09:30:00Z".
std::string DateText(std::chrono::system_clock::time_point time);

// Tools are the compiler and the machines that are there; the commit is $ATOME_COMMIT, else empty.
Environment EnvironmentSince(std::chrono::system_clock::time_point began,
                             std::span<const emulation::Machine* const> machines);

}  // namespace atome::harness::report

#endif  // ATOME_HARNESS_REPORT_ENVIRONMENT_H_
