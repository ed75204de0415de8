// atome report, atome history: commands written in Python, which take the place of this process.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

#include "harness/commands/command.h"
#include "harness/base/text.h"

namespace atome::harness {
namespace {

struct PythonCommand {
  const char* name;
  const char* file;  // under a folder of PYTHONPATH
  const char* what;
};

constexpr PythonCommand kCommands[] = {
    {"report", "reports/report.py", "Write a report file as a page, Markdown, JUnit, CSV, ..."},
    {"history", "reports/history/__main__.py",
     "Keep reports in a history; how a figure went, and the commits at which it moved"}};

std::string Variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

// The folders of the user come first, so that another tree can be tried.
std::string PythonPath() {
  const std::string theirs = Variable("PYTHONPATH", "");
  return theirs.empty() ? ATOME_SOURCE_DIR : StrCat(theirs, ":" ATOME_SOURCE_DIR);
}

bool Has(const std::string& path, const char* file) {
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(std::filesystem::path(folder) / file, ignored)) return true;
  }
  return false;
}

// Returns only when there is no Python to run.
int Become(const PythonCommand& command, const std::vector<std::string>& arguments) {
  const std::string python = Variable("ATOME_PYTHON", "/usr/bin/python3"), path = PythonPath();
  if (!Has(path, command.file))
    return UsageError(StrCat("atome ", command.name, ": no ", command.file, " in ", path,
                             "; set PYTHONPATH to the folder of the sources"));
  setenv("PYTHONPATH", path.c_str(), 1);
  setenv("ATOME_PROTO_PYTHON", ATOME_BINARY_DIR "/python", 0);
  // -P: a folder `reports` where the user stands is not what is meant.
  std::vector<std::string> words{python, "-P", "-m", StrCat("reports.", command.name)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(python.c_str(), argv.data());
  return UsageError(StrCat("atome ", command.name, ": cannot run ", python,
                           ": install python3, or set ATOME_PYTHON to another one"));
}

}  // namespace

void AddPython(CLI::App& app) {
  for (const PythonCommand& command : kCommands) app.add_subcommand(command.name, command.what);
}

std::optional<int> RunPython(int argc, char** argv) {
  for (const PythonCommand& command : kCommands) {
    if (argc > 1 && std::string_view(argv[1]) == command.name)
      return Become(command, std::vector<std::string>(argv + 2, argv + argc));
  }
  return std::nullopt;
}

}  // namespace atome::harness
