// Manual pages, made of what the commands and their options say of themselves.
#ifndef ATOME_HARNESS_COMMANDS_MAN_PAGE_H_
#define ATOME_HARNESS_COMMANDS_MAN_PAGE_H_

#include <string>

#include "harness/commands/command_info.h"

namespace atome::harness {

// atome(1), and atome-COMMAND(1), in the man macros of roff.
std::string ManPage(const ProgramInfo& program);
std::string ManPage(const ProgramInfo& program, const CommandInfo& command);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_MAN_PAGE_H_
