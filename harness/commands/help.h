// The text of --help.
#ifndef ATOME_HARNESS_COMMANDS_HELP_H_
#define ATOME_HARNESS_COMMANDS_HELP_H_

#include <cstddef>
#include <string>

#include "harness/commands/command_info.h"

namespace atome::harness {

inline constexpr size_t kHelpWidth = 80;  // columns, on a wider terminal, too

// No line is wider than `width`, from 40 up.
std::string HelpText(const ProgramInfo& program, size_t width = kHelpWidth);
std::string HelpText(const CommandInfo& command, size_t width = kHelpWidth);

// "atome verify [OPTION]... [MODEL]...".
std::string UsageOf(const CommandInfo& command);
// The help of an option with its note: "Cells at a time (1 to 1024; default: 2)".
std::string FullHelpOf(const OptionInfo& option);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_HELP_H_
