// What the subcommands of `atome` share.
#ifndef ATOME_HARNESS_COMMANDS_COMMAND_H_
#define ATOME_HARNESS_COMMANDS_COMMAND_H_

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "harness/parity/cell.h"
#include "harness/base/table.h"

namespace atome::harness {

// Each adds its subcommand to `app`. When it was given, `*exit_code` is set to what the process must return.
// `command_line` is what the report keeps.
void AddVerify(CLI::App& app, const std::string& command_line, int* exit_code);
void AddAccept(CLI::App& app, int* exit_code);
void AddBench(CLI::App& app, const std::string& command_line, int* exit_code);
void AddBudget(CLI::App& app, int* exit_code);
void AddConvert(CLI::App& app, int* exit_code);
void AddAb(CLI::App& app, const std::string& command_line, int* exit_code);
void AddCorpus(CLI::App& app, int* exit_code);
void AddCycles(CLI::App& app, const std::string& command_line, int* exit_code);
void AddDiff(CLI::App& app, int* exit_code);
void AddLogits(CLI::App& app, int* exit_code);
void AddMerge(CLI::App& app, int* exit_code);
void AddPpl(CLI::App& app, const std::string& command_line, int* exit_code);
void AddRun(CLI::App& app, int* exit_code);
void AddSize(CLI::App& app, const std::string& command_line, int* exit_code);

// Commands that are Python modules, for the help; RunPython runs the one that is named, with its own options,
// in place of this process. It returns the exit code where there is no Python for it, nothing where another
// command is named.
void AddPython(CLI::App& app);
std::optional<int> RunPython(int argc, char** argv);

// Prints "atome: <message>" on stderr and returns kUsage.
int UsageError(std::string_view message);

// Wall-clock time one emulated run may take.
class TimeLimit {
 public:
  void AddTo(CLI::App* command) {
    command->add_option("--time-limit", seconds_, "Seconds one emulated run may take")
        ->check(CLI::Range(0.001, 86400.0))
        ->capture_default_str();
  }
  std::chrono::milliseconds Get() const {
    return std::chrono::milliseconds(static_cast<int64_t>(seconds_ * 1000));
  }

 private:
  double seconds_ = 300;
};

// --format table, json, csv or md.
void AddFormat(CLI::App* command, OutputFormat* format);

// $ATOME_GOLDEN_DIR, else the repository's.
std::filesystem::path GoldenFolder();

// What to run on when nothing is said: as many threads as the host has.
unsigned DefaultJobs();

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_COMMAND_H_
