// Prints the cells of a command that measures, and writes them to a file with --report FILE.
#ifndef ATOME_HARNESS_COMMANDS_REPORT_OPTION_H_
#define ATOME_HARNESS_COMMANDS_REPORT_OPTION_H_

#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/machine/machine.h"
#include "harness/base/table.h"
#include "harness/commands/command.h"
#include "harness/commands/options.h"
#include "harness/report/report.h"

namespace atome::harness {

class ReportOption {
 public:
  void AddTo(Options& options);

  // A report of the cells, with the host and the tools that measured them; `machines` are the emulators whose
  // versions matter.
  report::Report ReportOf(std::vector<report::Cell> cells,
                          std::initializer_list<const emulation::Machine*> machines = {}) const;

  bool given() const { return path_.has_value(); }
  // Writes the report when --report was given. Returns an error message, or nothing.
  std::string Write(const report::Report& report) const;

  // Prints the report on stdout, with `notes` after the tables for people, and writes it when --report was
  // given. Returns the exit code of the worst outcome. A report that cannot be written changes the exit code
  // only when all cells pass, so that it never hides a failed cell.
  int Finish(const report::Report& report, const FormatOption& format, std::string_view notes = {}) const;
  int Finish(std::vector<report::Cell> cells, const FormatOption& format,
             std::initializer_list<const emulation::Machine*> machines = {},
             std::string_view notes = {}) const {
    return Finish(ReportOf(std::move(cells), machines), format, notes);
  }

 private:
  std::optional<std::string> path_;
  std::chrono::system_clock::time_point began_ = std::chrono::system_clock::now();
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_REPORT_OPTION_H_
