// Commands that are modules of Python, which replace this process.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

#include "emulation/base/executable.h"
#include "harness/base/text.h"
#include "harness/commands/command.h"

namespace atome::harness {
namespace {

struct PythonCommand {
  const char* name;
  const char* file;  // of the module reports.NAME, relative to a folder of PYTHONPATH
  const char* what;
};

constexpr PythonCommand kCommands[] = {
    {"advise", "reports/advise/__main__.py", "Say which trained model writes best on a board or chip"},
    {"frontier", "reports/frontier/__main__.py",
     "Show which models write best in how much flash, RAM and time"},
    {"history", "reports/history/__main__.py", "Keep reports; show how a figure went, and where it moved"},
    {"report", "reports/report.py", "Write a report as a page, Markdown, JUnit, CSV, ..."}};

const PythonCommand* Find(std::string_view name) {
  const PythonCommand* found = std::ranges::find(kCommands, name, &PythonCommand::name);
  return found == std::end(kCommands) ? nullptr : found;
}

std::string Variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

// The user's folders come first, so that another tree can be tried.
std::string PythonPath() {
  const std::string theirs = Variable("PYTHONPATH", "");
  const std::string ours = DataFolder().string();
  return theirs.empty() ? ours : StrCat(theirs, ":", ours);
}

bool Has(const std::string& path, const char* file) {
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(std::filesystem::path(folder) / file, ignored)) return true;
  }
  return false;
}

// Returns only when Python cannot be run.
int Become(const PythonCommand& command, const std::vector<std::string>& arguments) {
  const std::string python = Variable("ATOME_PYTHON", "/usr/bin/python3"), path = PythonPath();
  if (!Has(path, command.file))
    return UsageError(StrCat("atome ", command.name, ": cannot find ", command.file, " in ", path,
                             "; set PYTHONPATH to the folder of the sources"));
  setenv("PYTHONPATH", path.c_str(), 1);
  setenv("ATOME_PROTO_PYTHON", (PartsFolder() / "python").c_str(), 0);
  // Without it they look in the build.
  setenv("ATOME_COMMAND", emulation::Executable().c_str(), 1);
  // -P keeps Python from importing a folder `reports` in the current folder.
  std::vector<std::string> words{python, "-P", "-m", StrCat("reports.", command.name)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(python.c_str(), argv.data());
  return UsageError(StrCat("atome ", command.name, ": cannot run ", python,
                           ": install python3, or set ATOME_PYTHON to a Python"));
}

void Mention(Program& program, std::string_view name) {
  if (const PythonCommand* command = Find(name)) program.Mention(command->name, command->what);
}

}  // namespace

void AddAdvise(Program& program) { Mention(program, "advise"); }
void AddFrontier(Program& program) { Mention(program, "frontier"); }
void AddHistory(Program& program) { Mention(program, "history"); }
void AddReport(Program& program) { Mention(program, "report"); }

std::optional<int> RunPython(int argc, char** argv) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty()) return std::nullopt;
  if (const PythonCommand* command = Find(words[0]))
    return Become(*command, {words.begin() + 1, words.end()});
  const PythonCommand* explained = words[0] == "help" && words.size() > 1 ? Find(words[1]) : nullptr;
  if (explained != nullptr) return Become(*explained, {"--help"});
  return std::nullopt;
}

}  // namespace atome::harness
