// --report FILE: what a command measured, kept.
#ifndef ATOME_HARNESS_COMMANDS_REPORT_OPTION_H_
#define ATOME_HARNESS_COMMANDS_REPORT_OPTION_H_

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "emulation/machine/machine.h"
#include "harness/report/report.h"

namespace atome::harness {

class ReportOption {
 public:
  // `command_line` is what the report says of itself.
  void AddTo(CLI::App* command, const std::string& command_line);

  // Writes the cells when --report was given; `machines` are those whose versions matter. Returns the exit
  // code: `verdict`, unless that is pass and the report could not be written. Such a report must not hide
  // what the cells say.
  int Write(const std::function<std::vector<report::ReportCell>()>& cells, int verdict,
            std::initializer_list<const emulation::Machine*> machines = {}) const;

 private:
  std::optional<std::string> path_;
  std::string command_line_;
  std::chrono::system_clock::time_point began_ = std::chrono::system_clock::now();
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_REPORT_OPTION_H_
