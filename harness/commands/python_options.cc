#include "harness/commands/python_options.h"

#include <algorithm>

#include "emulation/base/executable.h"
#include "emulation/base/subprocess.h"
#include "harness/base/text.h"
#include "harness/run/target.h"

namespace atome::harness {
namespace {

constexpr std::string_view kIndent = "  ";

// "--format {table,json}" or "-h".
void AddName(std::string_view text, OptionInfo* info) {
  const size_t space = std::min(text.find(' '), text.size());
  info->names.emplace_back(text.substr(0, space));
  info->value = text.substr(std::min(space + 1, text.size()));
  info->list = info->value.find(",...") != std::string::npos;
  if (!info->value.starts_with('{') || !info->value.ends_with('}')) return;
  for (const std::string_view word :
       Split(std::string_view(info->value).substr(1, info->value.size() - 2), ','))
    info->words.emplace_back(word);
  info->value = Join(info->words, "|");
}

// The words of what Python reads from data: boards and cores.
void OfferNames(OptionInfo* info) {
  if (!info->words.empty()) return;
  if (info->names.back() == "--board") info->words = BoardNames();
  if (info->names.back() == "--core") info->words = CoreNames();
}

}  // namespace

std::vector<OptionInfo> OptionsInHelp(std::string_view help) {
  std::vector<OptionInfo> options;
  for (std::string_view line : Split(help, '\n')) {
    if (line.starts_with("  -")) {
      line.remove_prefix(kIndent.size());
      const size_t end = std::min(line.find(kIndent), line.size());
      OptionInfo info;
      // Choices have commas as well; names are separated by a comma and a space.
      std::string_view names = line.substr(0, end);
      for (size_t comma; (comma = names.find(", ")) != std::string_view::npos; names.remove_prefix(comma + 2))
        AddName(names.substr(0, comma), &info);
      AddName(names, &info);
      info.help = line.substr(std::min(line.find_first_not_of(' ', end), line.size()));
      options.push_back(std::move(info));
    } else if (line.starts_with("      ") && !options.empty()) {
      const std::string_view more = line.substr(std::min(line.find_first_not_of(' '), line.size()));
      StrAppend(&options.back().help, options.back().help.empty() ? "" : " ", more);
    } else if (!line.empty() && !line.starts_with(' ')) {
      options.clear();  // an example, or the usage
    }
  }
  return options;
}

ProgramInfo WithPythonOptions(ProgramInfo program) {
  for (CommandInfo& command : program.commands) {
    if (command.has_options) continue;
    std::string help;
    const emulation::SubprocessResult ended = emulation::RunSubprocess(
        {.arguments = {emulation::Executable(), command.name, "--help"},
         .trusted = true,
         .on_line = [&help](std::string_view line) { StrAppend(&help, line, "\n"); }});
    if (!ended.error.empty() || ended.exit_code() != 0) continue;
    command.options = OptionsInHelp(help);
    for (OptionInfo& option : command.options) OfferNames(&option);
    command.has_options = true;
  }
  return program;
}

}  // namespace atome::harness
