#include "harness/commands/completion.h"

#include "harness/base/text.h"

namespace atome::harness {
namespace {

std::string CommandNames(const ProgramInfo& program) {
  std::vector<std::string_view> names;
  for (const CommandInfo& command : program.commands) names.push_back(command.name);
  return Join(names, " ");
}

std::string OptionNames(const CommandInfo& command) {
  std::vector<std::string_view> names;
  for (const OptionInfo& option : command.options) {
    if (option.positional()) continue;
    for (const std::string& name : option.names) names.push_back(name);
  }
  return Join(names, " ");
}

// In single quotes, for every shell here.
std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// For fish, which knows \' and \\ inside of single quotes.
std::string FishQuoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// For _arguments of zsh: a colon and brackets end a description.
std::string ZshText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view(":[]\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string BashCompletion(const ProgramInfo& program) {
  // A case for each option that has words: "verify --core" -> "m0 m3".
  std::string cases, options;
  for (const CommandInfo& command : program.commands) {
    for (const OptionInfo& option : command.options) {
      if (option.words.empty()) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : option.names) {
        // A positional argument follows the command's own name.
        const std::string& previous = option.positional() ? command.name : name;
        patterns.push_back(Quoted(StrCat(command.name, " ", previous)));
      }
      StrAppend(&cases, "    ", Join(patterns, "|"), ") words=", Quoted(Join(option.words, " ")), " ;;\n");
    }
    StrAppend(&options, "    ", command.name, ") words=", Quoted(OptionNames(command)), " ;;\n");
  }
  return StrCat(
      "# Completion of atome for bash; made by: atome completion bash\n"
      "_atome() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" words= "
      "prefix=\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W ",
      Quoted(StrCat(CommandNames(program), " --help --version")),
      " -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  local command=\"${COMP_WORDS[1]}\"\n"
      "  # --core=m3 comes as three words.\n"
      "  if [ \"$current\" = = ]; then\n"
      "    current=\n"
      "  elif [ \"$previous\" = = ] && [ \"$COMP_CWORD\" -gt 2 ]; then\n"
      "    previous=\"${COMP_WORDS[COMP_CWORD-2]}\"\n"
      "  fi\n"
      "  case \"$command $previous\" in\n",
      cases,
      "  esac\n"
      "  if [[ \"$current\" == -* ]]; then\n"
      "    case \"$command\" in\n",
      options,
      "    esac\n"
      "  elif [[ \"$current\" == *,* ]]; then\n"
      "    prefix=\"${current%,*},\"\n"
      "  fi\n"
      "  [ -n \"$words\" ] && COMPREPLY=($(compgen -P \"$prefix\" -W \"$words\" -- "
      "\"${current#\"$prefix\"}\"))\n"
      "  return 0\n"
      "}\n"
      "complete -o bashdefault -o default -F _atome atome\n");
}

std::string ZshCompletion(const ProgramInfo& program) {
  std::string commands, cases;
  for (const CommandInfo& command : program.commands) {
    StrAppend(&commands, "    ", Quoted(StrCat(command.name, ":", command.about)), "\n");
    StrAppend(&cases, "    ", command.name, ")\n      _arguments");
    for (const OptionInfo& option : command.options) {
      if (option.positional()) continue;
      for (const std::string& name : option.names) {
        std::string spec = StrCat(option.list ? "*" : "", name, "[", ZshText(option.help), "]");
        if (!option.value.empty()) {
          const std::string message = ZshText(option.names.back().substr(2));
          StrAppend(&spec, ":", message, ":");
          if (option.words.empty()) {
            spec += "_files";
          } else if (option.list) {
            StrAppend(&spec, "_sequence compadd - ", Join(option.words, " "));
          } else {
            StrAppend(&spec, "(", Join(option.words, " "), ")");
          }
        }
        StrAppend(&cases, " \\\n        ", Quoted(spec));
      }
    }
    StrAppend(&cases, " \\\n        '*:file:_files'\n      ;;\n");
  }
  return StrCat(
      "#compdef atome\n"
      "# Completion of atome for zsh; made by: atome completion zsh\n"
      "_atome() {\n"
      "  local -a commands\n"
      "  commands=(\n",
      commands,
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n",
      cases,
      "  esac\n"
      "}\n"
      "if [ \"$funcstack[1]\" = _atome ]; then _atome \"$@\"; else compdef _atome atome; fi\n");
}

std::string FishCompletion(const ProgramInfo& program) {
  std::string text = "# Completion of atome for fish; made by: atome completion fish\n";
  for (const CommandInfo& command : program.commands) {
    StrAppend(&text, "complete -c atome -n __fish_use_subcommand -f -a ", command.name, " -d ",
              FishQuoted(command.about), "\n");
    const std::string in = StrCat("complete -c atome -n '__fish_seen_subcommand_from ", command.name, "'");
    for (const OptionInfo& option : command.options) {
      if (option.positional()) continue;
      text += in;
      for (const std::string& name : option.names)
        StrAppend(&text, name.starts_with("--") ? " -l " : " -s ",
                  name.substr(name.starts_with("--") ? 2 : 1));
      if (!option.value.empty()) text += option.words.empty() ? " -r" : " -x";
      if (!option.words.empty()) {
        const std::string words = Join(option.words, " ");
        StrAppend(&text, " -a ", FishQuoted(option.list ? StrCat("(__fish_append , ", words, ")") : words));
      }
      StrAppend(&text, " -d ", FishQuoted(option.help), "\n");
    }
  }
  return text;
}

}  // namespace atome::harness
