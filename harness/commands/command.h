// The parts that the subcommands of `atome` share.
#ifndef ATOME_HARNESS_COMMANDS_COMMAND_H_
#define ATOME_HARNESS_COMMANDS_COMMAND_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulation/machine/limits.h"
#include "harness/base/outcome.h"
#include "harness/base/places.h"
#include "harness/base/table.h"
#include "harness/commands/options.h"

namespace atome::harness {

// Each adds its subcommand; the file has the subcommand's name.
void AddAb(Program& program);
void AddAccept(Program& program);
void AddBench(Program& program);
void AddBudget(Program& program);
void AddCompletion(Program& program);
void AddConvert(Program& program);
void AddCorpus(Program& program);
void AddCycles(Program& program);
void AddDiff(Program& program);
void AddFirmware(Program& program);
void AddGenerate(Program& program);
void AddHelp(Program& program);
void AddInject(Program& program);
void AddInspect(Program& program);
void AddLogits(Program& program);
void AddMan(Program& program);
void AddMerge(Program& program);
void AddPpl(Program& program);
void AddRun(Program& program);
void AddShow(Program& program);
void AddSilicon(Program& program);
void AddSize(Program& program);
void AddVerify(Program& program);

// These add to the help the commands that are Python modules. RunPython replaces this process by the named
// one, which parses its own options. It returns the exit code when Python is missing, and nothing when the
// named command is not a Python module.
void AddAdvise(Program& program);
void AddFrontier(Program& program);
void AddHistory(Program& program);
void AddReport(Program& program);
std::optional<int> RunPython(int argc, char** argv);

// Prints "atome: <message>" on stderr, broken at the width of a terminal.
void Tell(std::string_view message);
// The same, and returns kUsage.
int UsageError(std::string_view message);

// What one emulated run may take of the host.
class LimitOptions {
 public:
  void AddTo(Options& options) {
    options.Real("--time-limit", &seconds_, 0.001, 86400,
                 "Wall-clock seconds that one emulated run may take");
    options.Count("--memory-limit", &memory_mib_, emulation::kLeastMemoryLimitBytes >> 20, 65'536,
                  "MiB of memory that one emulated run may take");
  }
  emulation::RunLimits Get() const {
    return {std::chrono::milliseconds(static_cast<int64_t>(seconds_ * 1000)), uint64_t{memory_mib_} << 20};
  }

 private:
  double seconds_ = 300;
  uint32_t memory_mib_ = emulation::kMemoryLimitBytes >> 20;
};

// What completion offers.
std::vector<std::string> VariantWords();
std::vector<std::string> CoreWordsWithHosts();

// The form of the output, and whether a table has all columns whatever the terminal.
class FormatOption {
 public:
  // --format: table, json, csv or md; --wide.
  void AddTo(Options& options);

  OutputFormat get() const { return format_; }
  // Of text on standard output.
  TextStyle style() const;

 private:
  OutputFormat format_ = OutputFormat::kTable;
  bool wide_ = false;
};

// The number of the host's threads, the default of --jobs.
unsigned DefaultJobs();
void AddJobs(Options& options, unsigned* jobs, const std::string& help = "Cells at a time");

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_COMMAND_H_
