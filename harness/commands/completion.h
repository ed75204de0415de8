// Completion for shells, made of what the commands and their options say of themselves.
#ifndef ATOME_HARNESS_COMMANDS_COMPLETION_H_
#define ATOME_HARNESS_COMMANDS_COMPLETION_H_

#include <string>

#include "harness/commands/command_info.h"

namespace atome::harness {

// Scripts that complete commands, options, and words of options, also behind a comma in a list; where any
// text may be right, names of files.
std::string BashCompletion(const ProgramInfo& program);
std::string ZshCompletion(const ProgramInfo& program);
std::string FishCompletion(const ProgramInfo& program);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_COMPLETION_H_
