// The option for boards that are not built in.
#ifndef ATOME_HARNESS_COMMANDS_BOARDS_OPTION_H_
#define ATOME_HARNESS_COMMANDS_BOARDS_OPTION_H_

#include <string>
#include <vector>

#include "emulation/boards/board.h"
#include "harness/base/file.h"
#include "harness/commands/options.h"
#include "harness/report/command_line.h"

namespace atome::harness {

class BoardsOption {
 public:
  void AddTo(Options& options) {
    options.Texts("--boards", &files_,
                  "JSON files with more boards for --board, as in emulation/boards/add_a_board.md");
  }

  // Reads the files. What is wrong with one, and the remedy; empty when all is well.
  [[nodiscard]] std::string Load() const {
    for (const std::string& path : files_) {
      const Result<std::string> text = ReadFile(path);
      if (!text.ok()) return text.error().message;
      if (std::string why = emulation::AddBoards(*text, path); !why.empty()) return why;
    }
    return {};
  }

  // Adds the given options to a command that measures the same again.
  void AddTo(report::CommandLine* line) const {
    for (const std::string& path : files_) line->Option("--boards", report::FromRoot(path));
  }

 private:
  std::vector<std::string> files_;
};

}  // namespace atome::harness

#endif  // ATOME_HARNESS_COMMANDS_BOARDS_OPTION_H_
