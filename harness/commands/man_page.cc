#include "harness/commands/man_page.h"

#include <utility>

#include "harness/base/text.h"
#include "harness/base/variables.h"
#include "harness/base/version.h"
#include "harness/commands/help.h"

namespace atome::harness {
namespace {

constexpr std::string_view kExample = "Example: ";

// Text of a line: a backslash and a hyphen are themselves, and a line does not begin with a request.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Bold(std::string_view text) { return StrCat("\\fB", Escaped(text), "\\fR"); }
std::string Slanted(std::string_view text) { return StrCat("\\fI", Escaped(text), "\\fR"); }

std::string Title(std::string_view name) {
  std::string capitals(name);
  for (char& c : capitals) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return StrCat(".TH ", capitals, " 1 \"\" \"atome ", Version(), "\" \"Atome Harness\"\n");
}

std::string Section(std::string_view name) { return StrCat(".SH ", name, "\n"); }
std::string Item(std::string_view term, std::string_view text) {
  return StrCat(".TP\n", term, "\n", Escaped(text), "\n");
}

std::string TermOf(const OptionInfo& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names)
    names.push_back(option.positional() ? Slanted(StrCat(name, option.list ? "..." : "")) : Bold(name));
  std::string term = Join(names, ", ");
  if (!option.positional() && !option.value.empty()) StrAppend(&term, " ", Slanted(option.value));
  return term;
}

// A paragraph a line; commands as they are typed.
std::string Footer(std::string_view footer) {
  std::string text;
  for (const std::string_view line : Split(footer, '\n')) {
    if (line.empty()) continue;
    if (!text.empty()) text += ".PP\n";
    if (line.starts_with(kExample)) {
      StrAppend(&text, "Example:\n.RS\n.nf\n", Escaped(line.substr(kExample.size())), "\n.fi\n.RE\n");
    } else {
      StrAppend(&text, Escaped(line), "\n");
    }
  }
  return text;
}

std::string Variables() {
  std::string text = Section("ENVIRONMENT");
  for (const EnvironmentVariable& variable : kEnvironmentVariables)
    text += Item(Bold(variable.name), variable.what);
  return text;
}

}  // namespace

std::string ManPage(const ProgramInfo& program) {
  std::string text = StrCat(Title("atome"), Section("NAME"), "atome \\- ", Escaped(program.about), "\n",
                            Section("SYNOPSIS"), Bold("atome"), " ", Slanted("command"), " [",
                            Slanted("argument"), "]...\n", Section("COMMANDS"));
  std::string_view group;
  for (const CommandInfo& command : program.commands) {
    if (command.group.empty()) continue;
    if (command.group != group) StrAppend(&text, ".SS ", Escaped(command.group), "\n");
    group = command.group;
    text += Item(Bold(command.name), command.about);
  }
  StrAppend(&text, ".PP\n", Bold("atome help"), " ", Slanted("command"), " and ", Bold("atome-"),
            Slanted("command"), "(1) have the options of each.\n");
  return StrCat(text, Variables(), Section("EXIT STATUS"), Footer(program.footer));
}

std::string ManPage(const ProgramInfo& program, const CommandInfo& command) {
  const std::string name = StrCat("atome-", command.name);
  std::string text = StrCat(Title(name), Section("NAME"), Escaped(name), " \\- ", Escaped(command.about),
                            "\n", Section("SYNOPSIS"), Escaped(UsageOf(command)), "\n");
  if (!command.has_options)
    StrAppend(&text, Section("DESCRIPTION"), Bold(StrCat("atome help ", command.name)),
              " has the options.\n");
  for (const bool positional : {true, false}) {
    bool first = true;
    for (const OptionInfo& option : command.options) {
      if (option.positional() != positional) continue;
      if (std::exchange(first, false)) text += Section(positional ? "ARGUMENTS" : "OPTIONS");
      text += Item(TermOf(option), FullHelpOf(option));
    }
  }
  if (!command.footer.empty()) StrAppend(&text, Section("NOTES"), Footer(command.footer));
  StrAppend(&text, Section("EXIT STATUS"), Footer(program.footer), Section("SEE ALSO"), ".BR atome (1)\n");
  return text;
}

}  // namespace atome::harness
