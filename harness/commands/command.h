// What the subcommands of `atome` share.
#ifndef ATOME_HARNESS_COMMANDS_COMMAND_H_
#define ATOME_HARNESS_COMMANDS_COMMAND_H_

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "harness/cell.h"

namespace atome::harness {

// Each adds its subcommand to `app`. When it was given, `*exit_code` is set to what the process must return.
void AddVerify(CLI::App& app, int* exit_code);
void AddLogits(CLI::App& app, int* exit_code);
void AddRun(CLI::App& app, int* exit_code);

// Prints "atome: <message>" on stderr and returns kUsage.
int UsageError(std::string_view message);

// What to run on when nothing is said: as many threads as the host has.
unsigned DefaultJobs();

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_COMMAND_H_
