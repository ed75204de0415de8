// The options of commands that are Python modules, which parse them themselves.
#ifndef ATOME_HARNESS_COMMANDS_PYTHON_OPTIONS_H_
#define ATOME_HARNESS_COMMANDS_PYTHON_OPTIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "harness/commands/command_info.h"

namespace atome::harness {

// The options in the help of Python's argparse: "  -h, --help  show ..." and "  --format {table,json}", help
// behind it or in the next lines.
std::vector<OptionInfo> OptionsInHelp(std::string_view help);

// The program with the options of those commands, from their help. Where Python is missing they stay without.
ProgramInfo WithPythonOptions(ProgramInfo program);

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_PYTHON_OPTIONS_H_
