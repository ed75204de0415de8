// What the commands and their options are, as data: help, manual pages and completion are made of it.
#ifndef ATOME_HARNESS_COMMANDS_COMMAND_INFO_H_
#define ATOME_HARNESS_COMMANDS_COMMAND_INFO_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace atome::harness {

struct OptionInfo {
  std::vector<std::string> names;  // "--core", or "-o" and "--out"; of a positional argument "MODEL"
  std::string value;               // what stands for its value: "TEXT", "a|b"; empty of a flag
  std::string help;
  std::string note;                // "1 to 1024; default: 2"; may be empty
  std::vector<std::string> words;  // values that are offered; empty where any text may be right
  bool required = false;
  bool list = false;  // several words: of an option separated by commas, or repeated

  bool positional() const { return !names.front().starts_with('-'); }
};

struct CommandInfo {
  std::string name;
  std::string about;  // a line
  std::string group;  // of commands, "Measure"; empty of those that are not listed
  std::vector<OptionInfo> options;
  std::string footer;       // lines of text; one that begins with "Example: " has a command behind it
  bool has_options = true;  // false: another program knows them

  const OptionInfo* Find(std::string_view option) const {
    const auto found = std::ranges::find_if(options, [option](const OptionInfo& each) {
      return std::ranges::find(each.names, option) != each.names.end();
    });
    return found == options.end() ? nullptr : &*found;
  }
};

struct ProgramInfo {
  std::string about;
  std::string footer;  // what the exit codes mean
  std::vector<CommandInfo> commands;

  const CommandInfo* Find(std::string_view name) const {
    const auto found = std::ranges::find(commands, name, &CommandInfo::name);
    return found == commands.end() ? nullptr : &*found;
  }
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_COMMAND_INFO_H_
