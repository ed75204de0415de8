// atome help, atome man and atome completion: what the program says of itself.
#include <filesystem>
#include <iostream>

#include "harness/base/nearest.h"
#include "harness/base/replace_file.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"
#include "harness/commands/completion.h"
#include "harness/commands/man_page.h"
#include "harness/commands/python_options.h"

namespace atome::harness {
namespace {

std::vector<std::string> NamesIn(const ProgramInfo& program) {
  std::vector<std::string> names;
  for (const CommandInfo& command : program.commands) names.push_back(command.name);
  return names;
}

// Program::Main answers it; declared for help and completion.
struct HelpArguments {
  std::string command;
};

void DeclareHelp(Options& options, HelpArguments* arguments, const ProgramInfo& program) {
  options.Text("COMMAND", &arguments->command, "Command; default: all, a line each").Offer(NamesIn(program));
}

int RunHelp(const HelpArguments&, const ProgramInfo&) { return kPass; }

struct ManArguments {
  std::string command;
  std::string folder;
};

void DeclareMan(Options& options, ManArguments* arguments, const ProgramInfo& program) {
  options.Text("COMMAND", &arguments->command, "Command; default: the program").Offer(NamesIn(program));
  options.Text(
      "--out", &arguments->folder,
      "Folder in which to write all pages, atome.1 and atome-COMMAND.1; it is made where it is missing");
  options.Footer("Example: atome man verify | man -l -");
}

int WriteAll(const ProgramInfo& program, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return UsageError(StrCat(folder.string(), ": cannot make the folder: ", error.message()));
  const auto write = [&folder](const std::string& name, const std::string& page) {
    return ReplaceFile((folder / (name + ".1")).string(), page);
  };
  std::string why = write("atome", ManPage(program));
  for (const CommandInfo& command : program.commands) {
    if (why.empty()) why = write(StrCat("atome-", command.name), ManPage(program, command));
  }
  return why.empty() ? kPass : UsageError(why);
}

int RunMan(const ManArguments& arguments, const ProgramInfo& declared) {
  const ProgramInfo program = WithPythonOptions(declared);
  if (!arguments.folder.empty()) {
    if (!arguments.command.empty()) return UsageError("--out writes all pages; leave out the command");
    return WriteAll(program, arguments.folder);
  }
  if (arguments.command.empty()) {
    std::cout << ManPage(program);
    return kPass;
  }
  const CommandInfo* command = program.Find(arguments.command);
  if (command == nullptr) return UsageError(UnknownWord("command", arguments.command, NamesIn(program)));
  std::cout << ManPage(program, *command);
  return kPass;
}

struct CompletionArguments {
  std::string shell;
  std::string out;
};

void DeclareCompletion(Options& options, CompletionArguments* arguments, const ProgramInfo&) {
  options.Word("SHELL", &arguments->shell, {"bash", "zsh", "fish"}, "Shell that the script is for")
      .Required();
  options.Text("--out", &arguments->out, "File to write; default: standard output").Output();
  options.Footer(
      "Example: eval \"$(atome completion bash)\"\n"
      "An installed atome has its scripts where these shells look for them.");
}

int RunCompletion(const CompletionArguments& arguments, const ProgramInfo& declared) {
  const ProgramInfo program = WithPythonOptions(declared);
  const std::string script = arguments.shell == "bash"  ? BashCompletion(program)
                             : arguments.shell == "zsh" ? ZshCompletion(program)
                                                        : FishCompletion(program);
  if (!arguments.out.empty()) {
    const std::string why = ReplaceFile(arguments.out, script);
    return why.empty() ? kPass : UsageError(why);
  }
  std::cout << script;
  return kPass;
}

}  // namespace

void AddHelp(Program& program) { program.Add("help", "Show all options of a command", DeclareHelp, RunHelp); }

void AddMan(Program& program) { program.Add("man", "Print a manual page, for man -l -", DeclareMan, RunMan); }

void AddCompletion(Program& program) {
  program.Add("completion", "Print a script with which a shell completes commands and options",
              DeclareCompletion, RunCompletion);
}

}  // namespace atome::harness
