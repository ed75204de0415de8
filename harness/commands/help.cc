#include "harness/commands/help.h"

#include <utility>

#include "harness/base/terminal.h"
#include "harness/base/text.h"
#include "harness/base/variables.h"

namespace atome::harness {
namespace {

constexpr std::string_view kExample = "Example: ";

// A command line, broken as a shell takes it, in front of options and behind their values. Quoted words stay
// whole.
std::string WrappedCommand(std::string_view text, size_t width) {
  std::string out, word;
  size_t column = 0;
  bool quoted = false;
  const auto put = [&] {
    const bool first = out.empty();
    if (!first && column + 1 + WidthOf(word) + 2 > width) {  // 2: for the " \" of a line that goes on
      out += " \\\n   ";
      column = 3;
    }
    StrAppend(&out, first ? "" : " ", word);
    column += WidthOf(word) + !first;
    word.clear();
  };
  for (const char c : text) {
    quoted = quoted != (c == '\'');
    const bool ends = c == ' ' && !quoted;
    // An option waits for its value.
    if (ends && !(word.starts_with('-') && word.find(' ') == std::string::npos)) {
      put();
    } else {
      word += c;
    }
  }
  put();
  return out;
}

std::string WrappedFooter(std::string_view footer, size_t width) {
  std::string text;
  for (const std::string_view line : Split(footer, '\n'))
    StrAppend(&text, line.starts_with(kExample) ? WrappedCommand(line, width) : Wrapped(line, width, 0),
              "\n");
  return text;
}

// "  --core LIST  text": the text in a column of its own, below where the name is long.
std::string Entry(std::string_view name, std::string_view text, size_t column, size_t width) {
  std::string out = StrCat("  ", name);
  size_t at = WidthOf(out);
  if (at + 2 > column) {
    StrAppend(&out, "\n");
    at = 0;
  }
  StrAppend(&out, std::string(column - at, ' '));
  // Wrapped as if the lines began at 0, then moved to the column.
  for (const char c : Wrapped(text, width - column, 0)) {
    out += c;
    if (c == '\n') StrAppend(&out, std::string(column, ' '));
  }
  return out + "\n";
}

std::string NameOf(const OptionInfo& option) {
  std::string name = Join(option.names, ", ");
  if (option.positional()) return StrCat(name, option.list ? "..." : "");
  if (!option.value.empty()) StrAppend(&name, " ", option.value);
  return name;
}

constexpr size_t kCommandColumn = 14, kOptionColumn = 24, kVariableColumn = 24;

}  // namespace

std::string FullHelpOf(const OptionInfo& option) {
  return option.note.empty() ? option.help : StrCat(option.help, " (", option.note, ")");
}

std::string UsageOf(const CommandInfo& command) {
  std::string usage = StrCat("atome ", command.name, " [OPTION]...");
  for (const OptionInfo& option : command.options) {
    if (!option.positional() && option.required)
      StrAppend(&usage, " ", option.names.back(), " ", option.value);
  }
  for (const OptionInfo& option : command.options) {
    if (!option.positional()) continue;
    const std::string name = StrCat(option.names.front(), option.list ? "..." : "");
    StrAppend(&usage, " ", option.required ? name : StrCat("[", name, "]"));
  }
  return usage;
}

std::string HelpText(const ProgramInfo& program, size_t width) {
  std::string text = StrCat(Wrapped(program.about, width, 0),
                            "\n\nUsage: atome COMMAND [ARGUMENT]...\n"
                            "       atome help COMMAND    all options of a command\n"
                            "       atome --version\n");
  std::string_view group;
  for (const CommandInfo& command : program.commands) {
    if (command.group.empty()) continue;
    if (command.group != group) StrAppend(&text, "\n", command.group, "\n");
    group = command.group;
    text += Entry(command.name, command.about, kCommandColumn, width);
  }
  text += "\nEnvironment\n";
  for (const EnvironmentVariable& variable : kEnvironmentVariables)
    text += Entry(variable.name, variable.what, kVariableColumn, width);
  return StrCat(text, "\n", WrappedFooter(program.footer, width));
}

std::string HelpText(const CommandInfo& command, size_t width) {
  std::string text = StrCat(Wrapped(command.about, width, 0), "\n\n",
                            Wrapped(StrCat("Usage: ", UsageOf(command)), width, 2), "\n");
  const auto list = [&](bool positional) {
    bool first = true;
    for (const OptionInfo& option : command.options) {
      if (option.positional() != positional) continue;
      if (std::exchange(first, false)) text += "\n";
      text += Entry(NameOf(option), FullHelpOf(option), kOptionColumn, width);
    }
  };
  list(true);
  list(false);
  if (!command.footer.empty()) StrAppend(&text, "\n", WrappedFooter(command.footer, width));
  return text;
}

}  // namespace atome::harness
